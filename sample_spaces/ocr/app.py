"""Reads the text of a picture and says how sure it is of each line."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "2")

import gradio as gr
import numpy
from rapidocr_onnxruntime import RapidOCR

reader = RapidOCR()


def read(picture: numpy.ndarray | None) -> tuple[str, list[list[str]]]:
    """The text, a line each, and the lines with their confidence."""
    if picture is None:
        raise gr.Error("Give me a picture to read.")
    lines, _ = reader(picture)
    rows = [[text, f"{float(score):.3f}"] for _, text, score in lines or []]
    return "\n".join(text for text, _ in rows), rows


demo = gr.Interface(
    read,
    gr.Image(type="numpy", label="Picture"),
    [gr.Textbox(label="Text", lines=6), gr.Dataframe(headers=["line", "confidence"], label="Lines")],
    title="Reader",
    description="Reads Chinese and English text. The models run here, on the processor.",
    flagging_mode="never",
    api_name="read",
)

if __name__ == "__main__":
    demo.launch()

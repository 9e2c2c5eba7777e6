"""A chat whose answers come from counting words: a Markov chain of second order over `corpus.txt`."""

import random
import re
import time
from collections import defaultdict
from pathlib import Path

import gradio as gr

SENTENCES = [
    re.findall(r"[\w'-]+|[.,]", sentence)
    for sentence in re.split(r"(?<=\.)\s+", Path(__file__).with_name("corpus.txt").read_text().strip())
]
FOLLOWERS: dict[tuple[str, str], list[str]] = defaultdict(list)
STARTS: list[tuple[str, str]] = []
ABOUT: dict[str, list[tuple[str, str]]] = defaultdict(list)

for words in SENTENCES:
    start = (words[0], words[1])
    STARTS.append(start)
    for word in words:
        ABOUT[word.lower()].append(start)
    for first, second, third in zip(words, words[1:], words[2:], strict=False):
        FOLLOWERS[first, second].append(third)


def walk(start: tuple[str, str], longest: int = 40):
    """Words from `start` on, each drawn from those that followed the two before it in the corpus."""
    pair = start
    yield from pair
    for _ in range(longest):
        if pair not in FOLLOWERS:
            return
        pair = (pair[1], random.choice(FOLLOWERS[pair]))
        yield pair[1]
        if pair[1] == ".":
            return


def answer(message: str, history: list):
    """Two or three sentences about the rarest word of the question that the corpus knows, one word at a time."""
    if not message.strip():
        yield "Ask me something: I know a little about Spaces, queues, caches and tea."
        return
    known = [word for word in re.findall(r"[\w'-]+", message.lower()) if word in ABOUT]
    topic = min(known, key=lambda word: len(ABOUT[word]), default=None)
    text = "" if topic else "I have not counted any of those words, so here is something else."
    for _ in range(random.choice((2, 3))):
        for word in walk(random.choice(ABOUT[topic] if topic else STARTS)):
            text += word if word in ".," or not text else f" {word}"
            yield text
            time.sleep(0.04)


demo = gr.ChatInterface(
    answer,
    title="Chatter",
    description="A parrot in a library: it counts words and guesses the next one. Answers stream as they are made.",
    examples=["What is a Space?", "Why does an app sleep?", "Tell me about a cache."],
    api_name="chat",
)

if __name__ == "__main__":
    demo.launch()

"""What a loan costs a month: Ant Design components driving a Python function."""

import gradio as gr
import modelscope_studio.components.antd as antd
import modelscope_studio.components.base as ms


def monthly(amount: float, rate: float, years: float) -> float:
    """The monthly payment of an annuity loan; `rate` is per cent a year."""
    months, interest = int(years * 12), rate / 1200
    if not months:
        return round(amount, 2)
    return round(amount / months if not interest else amount * interest / (1 - (1 + interest) ** -months), 2)


with gr.Blocks(title="Studio") as demo:
    with ms.Application(), antd.ConfigProvider(), ms.AutoLoading():
        with antd.Card(title="What does a loan cost?", elem_style={"maxWidth": 520, "margin": "32px auto"}):
            antd.Typography.Text("Amount")
            amount = antd.Slider(100_000, min=1_000, max=500_000, step=1_000)
            antd.Typography.Text("Interest, per cent a year")
            rate = antd.Slider(3.5, min=0, max=15, step=0.1)
            antd.Typography.Text("Years")
            years = antd.Slider(20, min=1, max=40, step=1)
            antd.Divider()
            result = antd.Statistic(monthly(100_000, 3.5, 20), title="A month", precision=2)
    for slider in (amount, rate, years):
        slider.change(monthly, [amount, rate, years], result, api_name="monthly" if slider is amount else False)

if __name__ == "__main__":
    demo.launch(ssr_mode=False)

"""A table becomes a chart: upload a CSV file, choose columns."""

import math

import pandas as pd
import streamlit as st

st.set_page_config(page_title="Dashboard", page_icon="📈", layout="wide")


@st.cache_data
def example() -> pd.DataFrame:
    """A year of made-up mean temperatures in two towns."""
    months = pd.date_range("2025-01-01", periods=12, freq="MS")
    wave = [math.cos((month - 6) / 6 * math.pi) for month in range(12)]
    return pd.DataFrame({"Hilltown": [9 + 9 * w for w in wave], "Seaport": [13 + 5 * w for w in wave]}, index=months)


st.title("Dashboard")
file = st.sidebar.file_uploader("A table as CSV", type="csv")
table = pd.read_csv(file) if file else example()
st.caption(f"{len(table)} rows of {file.name}" if file else "Example data: upload a table of your own at the left.")

numbers = list(table.select_dtypes("number").columns)
if not numbers:
    st.warning("This table has no column of numbers to draw.")
    st.stop()
chosen = st.sidebar.multiselect("Columns", numbers, default=numbers[:4])
kind = st.sidebar.radio("Chart", ["Lines", "Bars", "Area"])
draw = {"Lines": st.line_chart, "Bars": st.bar_chart, "Area": st.area_chart}[kind]

if chosen:
    for place, name in zip(st.columns(len(chosen)), chosen, strict=True):
        place.metric(name, f"{table[name].mean():.2f}", f"{table[name].iloc[-1] - table[name].iloc[0]:+.2f}")
    draw(table[chosen])
st.dataframe(table, width="stretch")

"""Figures: frames and records in, plotly figures out; no Streamlit calls and no data access."""

// Draws every figure in the colours of the reader's scheme, and on paper in light ones and no wider than the sheet.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");
  const PAPER_WIDTH = 660;
  const figures = [...document.querySelectorAll(".figure")].map((place) => [
    place,
    JSON.parse(place.querySelector("script").textContent),
  ]);
  const template = (isDark) => {
    const [text, line] = isDark ? ["#e4e8ec", "#39424b"] : ["#1f2933", "#d5dae0"];
    const axis = { gridcolor: line, zerolinecolor: line, linecolor: line, automargin: true };
    const font = { color: text, family: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif", size: 12 };
    const clear = "rgba(0,0,0,0)";
    return { layout: { font, paper_bgcolor: clear, plot_bgcolor: clear, xaxis: axis, yaxis: axis } };
  };
  const draw = () => {
    const isPaper = paper.matches;
    for (const [place, { data, layout }] of figures) {
      const size = isPaper ? { width: PAPER_WIDTH, autosize: false } : { autosize: true };
      const drawn = { ...layout, ...size, template: template(dark.matches && !isPaper) };
      Plotly.react(place, data, drawn, { displayModeBar: false, responsive: !isPaper });
    }
  };
  draw();
  dark.addEventListener("change", draw);
  paper.addEventListener("change", draw);
})();

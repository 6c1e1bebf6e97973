"use strict";
// Draws the figures that stand in the page; nothing is fetched.
const figures = JSON.parse(document.getElementById("figures").textContent);
const config = { displayModeBar: false, responsive: true };
const PRINTED_WIDTH_PX = 660;

for (const [id, figure] of Object.entries(figures)) {
  Plotly.newPlot(id, figure.data, figure.layout, config);
}
performance.mark("charts drawn");

// Paper is narrower than the screen, and a chart does not follow by itself.
function resize(width) {
  for (const id of Object.keys(figures)) {
    Plotly.relayout(id, width ? { width, autosize: false } : { width: null, autosize: true });
  }
}
window.addEventListener("beforeprint", () => resize(PRINTED_WIDTH_PX));
window.addEventListener("afterprint", () => resize(null));

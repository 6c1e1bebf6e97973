"use strict";
// Draws the figures that stand in the page; nothing is fetched. One figure per task, so that the page stays usable.
const { template, figures } = JSON.parse(document.getElementById("figures").textContent);
const config = { displayModeBar: false, responsive: true };
const PRINTED_WIDTH_PX = 660;

const waiting = Object.keys(figures);

function draw(id) {
  const figure = figures[id];
  Plotly.newPlot(id, figure.data, { ...figure.layout, template }, config);
  // the reader hears the label of the box around it
  for (const svg of document.getElementById(id).querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
}

function drawNext() {
  if (waiting.length) {
    draw(waiting.shift());
    setTimeout(drawNext);
  } else {
    performance.mark("charts drawn");
    document.documentElement.dataset.charts = "drawn";
  }
}
drawNext();

// Paper is narrower than the screen, and a chart does not follow by itself.
function resize(width) {
  for (const id of Object.keys(figures)) {
    Plotly.relayout(id, width ? { width, autosize: false } : { width: null, autosize: true });
  }
}
window.addEventListener("beforeprint", () => {
  while (waiting.length) draw(waiting.shift());
  resize(PRINTED_WIDTH_PX);
});
window.addEventListener("afterprint", () => resize(null));

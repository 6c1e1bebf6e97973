"use strict";
// Draws the figures that stand in the page; nothing is fetched. One figure per task, so that the page stays usable.
const { template, figures } = JSON.parse(document.getElementById("figures").textContent);
const config = { displayModeBar: false, responsive: true };
const PRINTED = { wide: 660, half: 320, fontSize: 10 };
const screenFontSize = template.layout.font.size;

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
function printedWidth(id) {
  const isWide = document.getElementById(id).closest("figure").matches(".wide, :only-child");
  return isWide ? PRINTED.wide : PRINTED.half;
}
function forPaper(id) {
  Plotly.relayout(id, { width: printedWidth(id), autosize: false, "font.size": PRINTED.fontSize });
}
function forScreen(id) {
  Plotly.relayout(id, { width: null, autosize: true, "font.size": screenFontSize });
}
window.addEventListener("beforeprint", () => {
  while (waiting.length) draw(waiting.shift());
  Object.keys(figures).forEach(forPaper);
});
window.addEventListener("afterprint", () => Object.keys(figures).forEach(forScreen));

// Draws every picture from the data beside it, in the colours of the page.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function themed(layout) {
  const axis = { gridcolor: colour("--line"), zerolinecolor: colour("--dim") };
  return {
    ...layout,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { ...layout.font, color: colour("--ink") },
    xaxis: { ...layout.xaxis, ...axis },
    yaxis: { ...layout.yaxis, ...axis },
  };
}

const charts = [...document.querySelectorAll("[data-chart]")].map((place) => ({
  place,
  ...JSON.parse(document.getElementById(`data-${place.dataset.chart}`).textContent),
}));
const settings = { responsive: true, displaylogo: false, displayModeBar: false };
const draw = () =>
  charts.forEach(({ place, data, layout }) => Plotly.react(place, data, themed(layout), settings));
draw();

// A run that goes on: what changed comes from the server.
async function refresh() {
  const answer = await fetch("/api/charts");
  if (!answer.ok) return;
  const fresh = await answer.json();
  charts.forEach((chart) => Object.assign(chart, fresh[chart.place.dataset.chart] ?? {}));
  draw();
}
if ("live" in document.body.dataset) setInterval(refresh, 3000);

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

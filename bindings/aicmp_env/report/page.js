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

const read = (page, place) =>
  JSON.parse(page.getElementById(`data-${place.dataset.chart}`).textContent);
const charts = [...document.querySelectorAll("[data-chart]")].map((place) => ({
  place,
  ...read(document, place),
}));
const settings = { responsive: true, displaylogo: false, displayModeBar: false };
const draw = () =>
  charts.forEach(({ place, data, layout }) => Plotly.react(place, data, themed(layout), settings));
draw();

// A run that goes on: what changed comes from the server, as the same page anew.
async function refresh() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!("live" in fresh.body.dataset)) location.reload();
  charts
    .filter(({ place }) => fresh.getElementById(`data-${place.dataset.chart}`))
    .forEach((chart) => Object.assign(chart, read(fresh, chart.place)));
  const tables = fresh.querySelectorAll("[data-table]");
  const shown = document.querySelectorAll("[data-table]");
  if (tables.length === shown.length) shown.forEach((table, i) => table.replaceWith(tables[i]));
  draw();
}
if ("live" in document.body.dataset) setInterval(refresh, 3000);

for (const medium of ["(prefers-color-scheme: dark)", "print"]) {
  matchMedia(medium).addEventListener("change", draw);
}

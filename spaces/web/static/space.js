// A Space's page: clocks that count, and an app that is left alone while it is there.
(() => {
  "use strict";
  const lang = document.documentElement.lang;
  const unit = (name) => {
    const made = new Intl.NumberFormat(lang, { style: "unit", unit: name, unitDisplay: "short" });
    return { format: (value) => demodock.spaced(made.format(value)) };
  };
  const [hours, minutes, rest] = ["hour", "minute", "second"].map(unit);
  const span = (seconds) => {
    if (seconds < 60) return rest.format(seconds);
    if (seconds < 3600) return `${minutes.format(Math.floor(seconds / 60))} ${rest.format(seconds % 60)}`;
    return `${hours.format(Math.floor(seconds / 3600))} ${minutes.format(Math.floor(seconds / 60) % 60)}`;
  };
  const count = () => {
    document.querySelectorAll("[data-counts]").forEach((one) => {
      const seconds = Math.max(0, Math.floor((Date.now() - new Date(one.dataset.counts)) / 1000));
      if (one.matches("progress")) {
        const expected = Number(one.dataset.expected);
        // never quite full before it is: two thirds at the expected time, then ever slower
        if (expected) one.value = 100 * (1 - Math.exp(-1.1 * seconds / expected));
      } else {
        one.textContent = one.dataset.of ? `${span(seconds)} ${one.dataset.of}` : span(seconds);
      }
    });
  };
  setInterval(count, 1000);
  document.addEventListener("htmx:load", count);
  count();

  // The app may be in use: that another version took its place is told, and nothing is taken away.
  const newer = document.getElementById("newer");
  const compare = () => {
    const frame = document.querySelector("iframe.app"), stage = document.querySelector(".status [data-revision]");
    newer.hidden = !frame || !stage || frame.dataset.revision === stage.dataset.revision;
  };
  if (newer) document.addEventListener("htmx:load", compare);

  // A stream that begins anew tells everything again; the app would start all over.
  document.addEventListener("htmx:sseBeforeMessage", (event) => {
    const area = event.target.closest("#area");
    const shown = area && area.firstElementChild && area.firstElementChild.dataset.area;
    if (shown === "app" && event.detail.data.includes('data-area="app"')) event.preventDefault();
  });
})();

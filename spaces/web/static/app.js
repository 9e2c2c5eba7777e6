// What pages do beyond forms and htmx: times in the visitor's own zone, copying, dialogs, menus, themes, quiet live streams.
// Everything here is a comfort: a page without it shows the same things.
(() => {
  "use strict";
  const root = document.documentElement, words = document.body.dataset;
  const each = (within, selector, act) => within.querySelectorAll(selector).forEach(act);

  // -- times
  const whole = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeStyle: "short" });
  const exact = new Intl.DateTimeFormat(root.lang, { dateStyle: "full", timeStyle: "long" });
  const relative = new Intl.RelativeTimeFormat(root.lang, { numeric: "auto" });
  const units = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  // between a number and its Chinese unit, as our sentences have it; also for the scripts of single pages
  const spaced = (text) => (root.lang.startsWith("zh") ? text.replace(/(\d)(?=[\u4e00-\u9fff])/g, "$1 ") : text);
  window.demodock = { spaced };
  const since = (then) => {
    const seconds = (then - Date.now()) / 1000;
    const [unit, length] = units.find(([, long]) => Math.abs(seconds) >= long) || ["second", 1];
    return spaced(relative.format(Math.round(seconds / length), unit));
  };
  const tell = (within) => {
    each(within, "time[data-moment]", (time) => { time.textContent = whole.format(new Date(time.dateTime)); });
    each(within, "time[data-ago]", (time) => { time.textContent = since(new Date(time.dateTime)); });
    each(within, "time[data-moment], time[data-ago]", (time) => { time.title = exact.format(new Date(time.dateTime)); });
  };
  setInterval(() => tell(document), 30000);

  // -- tabs that are wider than a phone: the one that is shown is in sight
  const center = () => each(document, ".tabs [aria-current]", (tab) => {
    const row = tab.parentElement;
    row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  });
  addEventListener("resize", center);
  center();

  // -- copying
  const copyable = (within) => each(within, ".copy:not(:has(button))", (box) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.copy;
    button.dataset.copies = "";
    box.append(button);
  });
  const toast = (text) => {
    const box = document.getElementById("toasts"), line = document.createElement("div");
    line.className = "toast";
    line.textContent = text;
    box.append(line);
    setTimeout(() => line.remove(), 4000);
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {  // no secure context: the old way
      const field = document.createElement("textarea");
      field.value = text;
      (document.querySelector("dialog[open]") || document.body).append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    toast(words.copied);
  };

  // -- clicks, by what carries them
  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const copies = at("[data-copies]"), opens = at("[data-opens]"), closes = at("[data-closes]"), theme = at("a[data-theme-choice]");
    if (copies) {
      const source = copies.dataset.copies ? document.getElementById(copies.dataset.copies) : copies.closest(".copy").querySelector("pre, input, textarea");
      copy(source.value ?? source.textContent);
    }
    if (opens) {
      event.preventDefault();
      document.getElementById(opens.dataset.opens).showModal();
    }
    if (closes) closes.closest("dialog").close();
    if (event.target.matches("dialog")) event.target.close();  // the backdrop
    if (theme) {
      event.preventDefault();
      root.dataset.theme = theme.dataset.themeChoice;
      each(theme.parentElement, "[data-theme-choice]", (one) => one.removeAttribute("aria-current"));
      theme.setAttribute("aria-current", "true");
      fetch(theme.href, { credentials: "same-origin" });  // the answer remembers the choice
    }
    each(document, "details.menu[open]", (menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") each(document, "details.menu[open]", (menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const field = document.querySelector("[data-find]");
      if (field) { event.preventDefault(); field.focus(); }
    }
  });
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !confirm(question)) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
  });

  // -- live streams: a page that nobody looks at holds none, since browsers allow six connections to a host
  class Stream extends EventTarget {
    constructor(url) {
      super();
      this.url = url;
      this.kinds = new Set();
      this.ended = false;
      this.seen = () => document.hidden ? this.rest() : this.go();
      document.addEventListener("visibilitychange", this.seen);
      this.seen();
    }
    get readyState() { return this.ended ? EventSource.CLOSED : this.source ? this.source.readyState : EventSource.CONNECTING; }
    addEventListener(kind, listener) {
      super.addEventListener(kind, listener);
      this.kinds.add(kind);
      if (this.source) this.listen(kind);
    }
    listen(kind) {
      this.source.addEventListener(kind, (event) => this.dispatchEvent(new MessageEvent(kind, { data: event.data })));
    }
    go() {
      if (this.source || this.ended) return;
      this.source = new EventSource(this.url);
      this.source.onopen = (event) => this.onopen && this.onopen(event);
      this.source.onerror = (event) => {
        if (this.source.readyState === EventSource.CLOSED) this.end();
        if (this.onerror) this.onerror(event);
      };
      this.kinds.forEach((kind) => this.listen(kind));
    }
    rest() {
      if (this.source) this.source.close();
      this.source = null;
    }
    end() {
      this.rest();
      this.ended = true;
      document.removeEventListener("visibilitychange", this.seen);
    }
    close() { this.end(); }
  }
  if (window.htmx) htmx.createEventSource = (url) => new Stream(url);

  const ready = (within) => { tell(within); copyable(within); };
  document.addEventListener("htmx:load", (event) => ready(event.detail.elt.parentElement || document));
  ready(document);
})();

// Logs, live: lines are put in as text, the newest stay in view until somebody scrolls up or pauses, old ones go.
(() => {
  "use strict";
  const MOST = 5000, NEAR = 40;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const find = document.querySelector("[data-log-find]");
  const matches = (line) => !find.value || line.lastElementChild.textContent.toLowerCase().includes(find.value.toLowerCase());

  const local = (line) => {
    const time = line.querySelector("time");
    if (time) { time.textContent = clock.format(new Date(time.dateTime)); time.title = new Date(time.dateTime).toString(); }
  };
  const made = ([, at, stream, pieces], words) => {
    const line = document.createElement("div"), time = document.createElement("time"), text = document.createElement("span");
    line.className = stream === "stderr" ? "line err" : "line";
    if (stream === "stderr") line.title = words.wordStderr;
    time.dateTime = at;
    for (const [shown, style] of pieces) {
      if (!style) { text.append(shown); continue; }
      const span = document.createElement("span");
      span.className = style;
      span.textContent = shown;
      text.append(span);
    }
    line.append(time, text);
    local(line);
    return line;
  };

  class Pane {
    constructor(box) {
      this.box = box;
      this.words = box.dataset;
      this.log = box.querySelector(".log");
      this.state = box.querySelector(".log-state");
      this.button = box.querySelector("[data-log-follow]");
      this.last = this.words.last;
      this.over = !this.words.goesOn;
      this.following = true;
      this.paused = false;
      this.held = 0;
      this.log.querySelectorAll(".line").forEach(local);
      box.querySelectorAll("label[hidden]").forEach((label) => { label.hidden = false; });
      for (const kind of ["wrap", "times"]) {
        const choice = box.querySelector(`[data-log-${kind}]`);
        choice.addEventListener("change", () => {
          this.log.classList.toggle(kind, choice.checked);
          if (this.following) this.down();
        });
      }
      this.button.hidden = this.over;
      this.button.addEventListener("click", () => {
        this.paused = this.following;
        this.follow(!this.following);
      });
      this.log.addEventListener("scroll", () => {
        const near = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
        // Whoever paused it says when it goes on; whoever scrolled up says so by scrolling down again.
        if (near !== this.following && (near ? !this.paused : !this.moving)) this.follow(near, false);
      }, { passive: true });
      this.down();
      new ResizeObserver(() => { if (this.following) this.down(); }).observe(this.log);
      if (this.over) return;
      document.addEventListener("visibilitychange", () => document.hidden ? this.rest() : this.go());
      this.go();
    }
    go() {
      if (this.source || this.over || document.hidden) return;
      const address = `${this.words.log}&behind=${encodeURIComponent(this.last)}`;
      this.source = new EventSource(address);
      this.source.onopen = () => this.say();
      this.source.onerror = () => {
        this.state.classList.remove("live");
        this.state.textContent = this.words.wordLost;
        if (this.source && this.source.readyState === EventSource.CLOSED) { this.rest(); setTimeout(() => this.go(), 3000); }
      };
      this.source.addEventListener("lines", (event) => this.add(JSON.parse(event.data)));
      this.source.addEventListener("over", () => {
        this.over = true;
        this.rest();
        this.button.hidden = true;
        this.state.classList.remove("live");
        this.state.textContent = this.words.wordEnded;
      });
    }
    rest() {
      if (this.source) this.source.close();
      this.source = null;
    }
    add({ lines, skipped }) {
      if (!lines.length) return;
      this.last = lines[lines.length - 1][0];
      const fresh = document.createDocumentFragment();
      if (skipped) {
        const gap = document.createElement("div");
        gap.className = "line gap";
        gap.textContent = this.words.wordSkipped.replace("{count}", number.format(skipped));
        fresh.append(gap);
      }
      for (const line of lines.map((one) => made(one, this.words))) {
        line.classList.toggle("unmatched", !matches(line));
        fresh.append(line);
      }
      const empty = this.box.querySelector(".log-empty");
      if (empty) empty.remove();
      this.log.append(fresh);
      while (this.following && this.log.childElementCount > MOST) this.log.firstElementChild.remove();
      if (this.following) this.down(); else this.held += lines.length;
      // Nobody reads on while it is paused: beyond twice the limit the oldest go all the same.
      while (this.log.childElementCount > 2 * MOST) this.log.firstElementChild.remove();
      this.say();
    }
    follow(wanted, jump = true) {
      this.following = wanted;
      this.button.setAttribute("aria-pressed", String(wanted));
      this.button.textContent = wanted ? this.words.wordPause : this.words.wordFollow;
      if (wanted) {
        this.held = 0;
        if (jump) this.down();
      }
      this.say();
    }
    say() {
      if (this.over) return;
      this.state.classList.toggle("live", this.following);
      this.state.textContent = this.held ? this.words.wordHeld.replace("{count}", number.format(this.held)) : this.following ? this.words.wordLive : "";
    }
    down() {
      this.moving = true;
      this.log.scrollTop = this.log.scrollHeight;
      requestAnimationFrame(() => requestAnimationFrame(() => { this.moving = false; }));
    }
  }

  document.querySelectorAll("[data-log]").forEach((box) => new Pane(box));
  find.addEventListener("input", () => {
    document.querySelectorAll(".log .line:not(.gap)").forEach((line) => line.classList.toggle("unmatched", !matches(line)));
  });
})();

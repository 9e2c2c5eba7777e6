// <demodock-space src="owner/name">: shows a Space in any page. Version 1.
//
// src     owner/name, or the app's address          title   what screen readers call the frame
// theme   light or dark                             path    where in the app to begin
// height  pixels: fixed; without it as high as the app is (from 200 to 5000)
// eager   at once, not only when it comes into view
//
// Events: `load` once the frame shows something, `error` where there is nothing to show.
(() => {
  "use strict";
  if (customElements.get("demodock-space")) return;
  const script = document.currentScript || document.querySelector('script[src*="/embed.js"]');
  const control = new URL(script.src).origin;
  const SANDBOX = "allow-downloads allow-forms allow-modals allow-pointer-lock allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts";
  const ALLOW = "accelerometer; autoplay; camera; clipboard-read; clipboard-write; fullscreen; geolocation; gyroscope; microphone";
  const LOWEST = 200, HIGHEST = 5000, USUAL = 400, ASKS = 5;
  const WORDS = {
    en: {
      loading: "Loading…", sleeping: "Waking up…", building: "Being built…", starting: "Starting…", open: "Open it on its own page",
      missing: "There is no Space here.", refused: "This Space is not shown on other sites.", unreachable: "The Space cannot be reached.",
    },
    zh: {
      loading: "加载中…", sleeping: "正在唤醒…", building: "正在构建…", starting: "正在启动…", open: "在独立页面中打开",
      missing: "这里没有 Space。", refused: "此 Space 不允许在其他网站中显示。", unreachable: "无法连接到此 Space。",
    },
  };
  const sheet = new CSSStyleSheet();  // not a style element: the page's policy may forbid those
  sheet.replaceSync(`
    :host { display: block; position: relative; min-height: ${LOWEST}px; color-scheme: light dark; }
    :host([hidden]) { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; border-radius: 8px; }
    .cover { position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: 10px; padding: 16px;
      font: 15px/1.5 system-ui, sans-serif; text-align: center; border: 1px solid; border-radius: 8px; box-sizing: border-box; overflow: hidden;
      color: #374151; background: #f6f7f9; border-color: #e3e6eb; }
    .cover b { font-size: 17px; overflow-wrap: anywhere; }
    .cover a { color: inherit; }
    .wheel { width: 22px; height: 22px; border: 3px solid #9aa1ad55; border-top-color: #4a63e7; border-radius: 50%; animation: turn 1s linear infinite; }
    [hidden] { display: none; }
    .dark { color: #e9ecf1; background: #171a20; border-color: #272c35; }
    @media (prefers-color-scheme: dark) { .cover:not(.light) { color: #e9ecf1; background: #171a20; border-color: #272c35; } }
    @media (prefers-reduced-motion: reduce) { .wheel { animation: none; } }
    @keyframes turn { to { transform: rotate(1turn); } }
  `);
  const NO_SIZE = new Set(["message", "inPageLink", "mouseenter", "mouseleave", "scrollTo", "scrollToOffset"]);
  let count = 0;

  class DemodockSpace extends HTMLElement {
    static observedAttributes = ["src", "theme", "height", "path", "title"];
    static version = 1;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      this.cover = make("div", { className: "cover" });
      this.cover.setAttribute("role", "status");
      this.wheel = make("span", { className: "wheel" });
      this.wheel.setAttribute("aria-hidden", "true");
      this.name = make("b");
      this.told = make("span");
      this.link = make("a", { target: "_blank", rel: "noopener", hidden: true });
      this.cover.append(this.wheel, this.name, this.told, this.link);
      root.append(this.cover);
      this.hears = (event) => this.heard(event);
      this.moves = () => this.sendPlace();
    }

    connectedCallback() {
      addEventListener("message", this.hears);
      this.begin();
    }

    disconnectedCallback() {
      removeEventListener("message", this.hears);
      this.watchPlace(false);
      this.end();
    }

    attributeChangedCallback(name, was, now) {
      if (!this.isConnected || was === now) return;
      if (name === "height") this.setHeight();
      else if (name === "title") this.setTitle();
      else this.begin();
    }

    // -- from nothing to the app

    begin() {
      this.end();
      this.words = WORDS[(this.closest("[lang]")?.lang || navigator.language).toLowerCase().startsWith("zh") ? "zh" : "en"];
      this.cover.className = `cover ${this.getAttribute("theme") || ""}`;
      this.setHeight();
      this.tell("loading");
      this.name.textContent = this.getAttribute("title") || this.getAttribute("src") || "";
      if (this.hasAttribute("eager") || !("IntersectionObserver" in window)) return this.show();
      this.sight = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) this.show(); }, { rootMargin: "200px" });
      this.sight.observe(this);
    }

    end() {
      this.sight?.disconnect();
      this.asked?.abort();
      this.frame?.remove();
      this.frame = this.space = null;
      this.cover.hidden = false;
    }

    async show() {
      this.sight?.disconnect();
      const asked = this.asked = new AbortController();
      const src = this.getAttribute("src") || "";
      try {
        const answer = await fetch(`${control}/embed/status.json?src=${encodeURIComponent(src)}`, { credentials: "omit", signal: asked.signal });
        if (answer.status === 404) return this.fail("missing", control);
        if (!answer.ok) throw new Error(answer.status);
        this.space = await answer.json();
      } catch (error) {
        if (!asked.signal.aborted) this.fail("unreachable", control);
        return;
      }
      if (asked.signal.aborted) return;
      this.name.textContent = this.getAttribute("title") || this.space.title;
      if (!this.space.allowed) return this.fail("refused", this.space.page);
      this.tell(this.words[this.space.state] ? this.space.state : "loading");
      this.open();
    }

    open() {
      const frame = this.frame = make("iframe", { id: `demodock-${++count}` });
      frame.setAttribute("sandbox", SANDBOX);
      frame.setAttribute("allow", ALLOW);
      frame.referrerPolicy = "strict-origin-when-cross-origin";
      frame.src = this.address();
      this.asks = ASKS;
      this.setTitle();
      frame.addEventListener("load", () => {  // once for the page that waits, once more for the app
        this.cover.hidden = true;
        this.greet();
        this.dispatchEvent(new Event("load"));
      });
      this.shadowRoot.append(frame);
    }

    address() {
      const url = new URL(this.getAttribute("path") || "/", this.space.app), theme = this.getAttribute("theme");
      const dark = theme === "dark";
      if (url.origin !== new URL(this.space.app).origin) return this.space.app;
      if (this.space.sdk === "streamlit") {
        url.searchParams.set("embed", "true");
        if (theme) url.searchParams.append("embed_options", dark ? "dark_theme" : "light_theme");
      } else if (this.space.sdk === "gradio" && theme) url.searchParams.set("__theme", dark ? "dark" : "light");
      return url.href;
    }

    tell(what) {
      this.told.textContent = this.words[what];
      this.wheel.hidden = false;
      this.link.hidden = true;
    }

    fail(what, where) {
      this.tell(what);
      this.wheel.hidden = true;
      this.link.hidden = what === "missing";
      this.link.href = where;
      this.link.textContent = this.words.open;
      this.dispatchEvent(new Event("error"));
    }

    setTitle() {
      if (this.frame) this.frame.title = this.getAttribute("title") || this.space.title;
    }

    // -- its height, as the app says it: iframe-resizer's messages, which Gradio and Streamlit speak, or one of ours,
    //    parent.postMessage({ type: "demodock:height", height: 640 }, "*")

    get fixed() { return parseInt(this.getAttribute("height"), 10) || 0; }

    setHeight(height = USUAL) {
      const wanted = this.fixed || Math.max(LOWEST, Math.min(HIGHEST, Math.ceil(height)));
      this.style.height = `${wanted}px`;
    }

    greet() {
      const measure = this.space.sdk === "gradio" ? "documentElementScroll" : "taggedElement";
      const settings = [this.frame.id, 8, false, false, 32, true, true, "", measure, "", "", 0, false, "parent", "scroll"];
      if (!this.fixed) this.send(settings.join(":"));
    }

    send(text) {
      this.frame.contentWindow.postMessage(`[iFrameSizer]${text}`, new URL(this.space.app).origin);
    }

    heard(event) {
      if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== new URL(this.space.app).origin) return;
      if (event.data && event.data.type === "demodock:height" && Number.isFinite(event.data.height)) return this.setHeight(event.data.height);
      if (typeof event.data !== "string") return;
      if (event.data === "[iFrameResizerChild]Ready") return this.greet();
      if (!event.data.startsWith(`[iFrameSizer]${this.frame.id}:`)) return;
      const [, height, , kind] = event.data.slice(13).split(":");
      if (kind === "pageInfo") this.watchPlace(true);
      else if (kind === "pageInfoStop") this.watchPlace(false);
      else if (!NO_SIZE.has(kind) && Number(height) > 0) this.setHeight(Number(height));
      // Gradio measures itself, and too little where a field with the focus has scrolled it: it is asked once more.
      if (kind === "size" && this.asks-- > 0) setTimeout(() => { if (this.frame) this.send("resize"); }, 200);
    }

    watchPlace(on) {
      for (const kind of ["scroll", "resize"]) on ? addEventListener(kind, this.moves, { passive: true }) : removeEventListener(kind, this.moves);
      if (on) this.sendPlace();
    }

    sendPlace() {
      if (!this.frame) return;
      const box = this.frame.getBoundingClientRect(), page = document.documentElement;
      this.send("pageInfo:" + JSON.stringify({
        iframeHeight: box.height, iframeWidth: box.width, clientHeight: page.clientHeight, clientWidth: page.clientWidth,
        offsetTop: box.top + scrollY, offsetLeft: box.left + scrollX, scrollTop: scrollY, scrollLeft: scrollX,
        documentHeight: page.scrollHeight, documentWidth: page.scrollWidth, windowHeight: innerHeight, windowWidth: innerWidth,
      }));
    }
  }

  function make(kind, values = {}) { return Object.assign(document.createElement(kind), values); }

  customElements.define("demodock-space", DemodockSpace);
})();

// Pages that commit: Tab in the editor, a warning before what was typed is lost, dropping files, and how far an upload is.
(() => {
  "use strict";
  const editor = document.querySelector("[data-editor]"), unsaved = document.querySelector("form[data-unsaved]");
  let leaving = false, typed = false;

  if (editor) {
    editor.addEventListener("input", () => { typed = true; });
    editor.addEventListener("keydown", (event) => {
      // Escape lets go of the editor first, so that Tab leads on from it
      if (event.key === "Escape") editor.dataset.left = "1";
      if (event.key !== "Tab" || event.shiftKey || editor.dataset.left) return;
      event.preventDefault();
      document.execCommand("insertText", false, "    ");
    });
    editor.addEventListener("focus", () => { delete editor.dataset.left; });
  }
  if (unsaved) {
    unsaved.addEventListener("submit", (event) => {
      const question = event.submitter && event.submitter.dataset.asks;
      if (question && !confirm(question)) event.preventDefault();
      else leaving = true;
    });
    addEventListener("beforeunload", (event) => { if (typed && !leaving) event.preventDefault(); });
  }

  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const drop = form.querySelector(".drop"), input = form.querySelector("input[type=file]"), list = form.querySelector(".chosen");
  const bar = form.querySelector("progress"), fault = form.querySelector("[role=alert]"), button = form.querySelector(".actions button");
  let chosen = [];  // pairs of a path and a file
  form.classList.add("scripted");
  input.required = false;

  const show = () => {
    list.hidden = !chosen.length;
    list.replaceChildren(...chosen.slice(0, 200).map(([path, file]) => {
      const line = document.createElement("li");
      line.textContent = `${path} (${file.size.toLocaleString(document.documentElement.lang)} B)`;
      return line;
    }));
  };
  const add = (pairs) => {
    const names = new Set(pairs.map(([path]) => path));
    chosen = [...chosen.filter(([path]) => !names.has(path)), ...pairs];
    show();
  };
  const within = async (entry, folder) => {
    if (entry.isFile) return [[folder + entry.name, await new Promise((done, failed) => entry.file(done, failed))]];
    const reader = entry.createReader(), found = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) break;
      for (const one of some) found.push(...await within(one, `${folder}${entry.name}/`));
    }
    return found;
  };
  input.addEventListener("change", () => { add([...input.files].map((file) => [file.name, file])); input.value = ""; });
  ["dragenter", "dragover"].forEach((kind) => drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); }));
  ["dragleave", "drop"].forEach((kind) => drop.addEventListener(kind, () => drop.classList.remove("over")));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
    const files = [...event.dataTransfer.files];
    const pairs = entries.length ? (await Promise.all(entries.map((entry) => within(entry, "")))).flat() : files.map((file) => [file.name, file]);
    add(pairs);
  });
  const fail = (text) => { fault.textContent = text; fault.hidden = false; bar.hidden = true; button.disabled = false; };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sent = new FormData(form);
    sent.delete("files");
    chosen.forEach(([path, file]) => sent.append("files", file, path));
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (at) => { if (at.lengthComputable) bar.value = 100 * at.loaded / at.total; };
    request.onload = () => {
      const answer = request.response || {};
      if (answer.where) location.assign(answer.where);
      else fail([answer.message, answer.hint].filter(Boolean).join(" ") || form.dataset.failed);
    };
    request.onerror = () => fail(form.dataset.failed);
    fault.hidden = true; bar.hidden = false; bar.value = 0; button.disabled = true;
    request.send(sent);
  });
})();

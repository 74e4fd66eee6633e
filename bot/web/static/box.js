// Adds a button to the site that loads this, which opens the chat in a frame; nothing of either side reaches the other.
(() => {
  "use strict";

  const TAG = "kcbot-hop";
  const LABEL = "Hỏi trợ lý khuyến công";
  const PHONE = "(max-width: 40em), (max-height: 30em)";
  const STYLE = `
    :host { all: initial !important; display: block !important; font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif !important; }
    button { box-sizing: border-box; min-height: 48px; padding: .5em 1.1em; font: inherit; font-weight: 600; color: #fff; background: #0b5c4a; border: 2px solid #fff; border-radius: 24px; cursor: pointer; }
    button:hover { background: #0d6f5a; }
    :focus-visible { outline: 3px solid #0b5c4a; outline-offset: 2px; }
    .open { position: fixed; z-index: 2147483646; right: max(16px, env(safe-area-inset-right)); bottom: max(16px, env(safe-area-inset-bottom)); box-shadow: 0 4px 16px rgb(0 0 0 / .3); }
    dialog { box-sizing: border-box; position: fixed; z-index: 2147483647; inset: auto 16px 80px auto; width: 25em; max-width: none; height: min(42em, 100vh - 96px); max-height: none; margin: 0; padding: 0; overflow: hidden; color: #fff; background: #0b5c4a; border: 1px solid #0b5c4a; border-radius: 14px; box-shadow: 0 8px 32px rgb(0 0 0 / .3); }
    dialog[open] { display: flex; flex-direction: column; }
    .head { display: flex; align-items: center; justify-content: space-between; gap: 1em; padding: 4px 4px 4px 1em; font-weight: 600; }
    .head button { border-color: transparent; }
    .head :focus-visible { outline-color: #fff; outline-offset: -4px; }
    iframe { flex: 1; width: 100%; min-height: 0; border: 0; background: #f6f5f1; }
    @media ${PHONE} {
      dialog { inset: 0; width: 100%; height: 100vh; height: 100dvh; border: 0; border-radius: 0; }
    }
    @media (prefers-color-scheme: dark) { iframe { background: #151a18; } }
    @media print { :host { display: none !important; } }
  `;

  const script = document.currentScript ?? document.querySelector('script[src$="/hop-chat.js"]');
  const bot = new URL(script.src).origin;

  function make(tag, properties) {
    return Object.assign(document.createElement(tag), properties);
  }

  function addStyle(root) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(make("style", { textContent: STYLE })); // browsers before 2023
    }
  }

  function add() {
    if (document.querySelector(TAG)) return;
    const host = document.createElement(TAG);
    const root = host.attachShadow({ mode: "open" });
    const button = make("button", { type: "button", className: "open", textContent: LABEL });
    const panel = make("dialog", { id: "panel" });
    const head = make("div", { className: "head" });
    const shut = make("button", { type: "button", className: "shut", textContent: "Đóng" });
    const frame = make("iframe", { title: LABEL, referrerPolicy: "no-referrer" });

    function open() {
      if (!frame.src) {
        frame.src = `${bot}/hop`;
        panel.append(frame);
      }
      if (matchMedia(PHONE).matches) panel.showModal();
      else panel.show();
      button.setAttribute("aria-expanded", "true");
    }

    addStyle(root);
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("aria-label", LABEL);
    button.addEventListener("click", () => (panel.open ? panel.close() : open()));
    shut.addEventListener("click", () => panel.close());
    panel.addEventListener("close", () => {
      button.setAttribute("aria-expanded", "false");
      button.focus();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && panel.open) panel.close();
    });
    window.addEventListener("message", (event) => {
      const ours = event.source === frame.contentWindow && event.origin === bot;
      if (ours && event.data === "kcbot:close") panel.close();
    });
    head.append(make("span", { textContent: LABEL }), shut);
    panel.append(head);
    root.append(button, panel);
    document.documentElement.append(host);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", add);
  else add();
})();

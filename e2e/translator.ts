import type { Page } from "@playwright/test";

/**
 * Translates every page that is looked at, as browsers do it: whatever text there is, and comes later, is replaced by
 * text of its own in two `<font>`s. The words stay the same, so that tests can find them. It begins once the page is
 * React's.
 */
export const translateAll = (page: Page) => page.addInitScript(translate);

function translate() {
  const left = "script, style, noscript, textarea, title, [translate=no]";

  function replace(text: Text) {
    const parent = text.parentElement;
    if (!text.data.trim() || !parent || parent.closest(left) || parent.tagName === "FONT") return;
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.append(text.data);
    outer.append(inner);
    text.replaceWith(outer);
  }

  function replaceWithin(node: Node) {
    if (node instanceof Text) return replace(node);
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    texts.forEach(replace);
  }

  function begin() {
    replaceWithin(document.body);
    const observer = new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) for (const node of [target, ...addedNodes]) replaceWithin(node);
    });
    observer.observe(document.body, { childList: true, characterData: true, subtree: true });
    document.documentElement.dataset.translated = "";
  }

  // Before a part of the page is React's, it would only be drawn anew.
  const isReacts = (node: Element) => Object.keys(node).some((key) => key.startsWith("__reactFiber"));
  const waiting = setInterval(() => {
    const parts = [...document.querySelectorAll("form, a, button")];
    if (document.readyState !== "complete" || !parts.length || !parts.every(isReacts)) return;
    clearInterval(waiting);
    begin();
  }, 10);
}

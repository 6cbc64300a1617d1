/** Lit's class of templates, as it hands it over when it is loaded. */
type Template = { createElement(html: string): HTMLTemplateElement };

/** What of a Lit element is touched here. Which document clones its templates is Lit's own option. */
type LitElement = HTMLElement & {
  update(changed: unknown): void;
  renderOptions: { creationScope?: { importNode(node: Node, deep?: boolean): Node } };
};

declare global {
  var litHtmlPolyfillSupport: ((template: Template) => void) | undefined;
}

/**
 * Loads the reference, an element of its own. It writes <style> elements and style attributes into its shadow
 * tree, which our content security policy refuses; so its templates are made and cloned here: styles get the
 * page's nonce, and style attributes are set through the object model, which the policy allows.
 */
export async function loadExplorer(): Promise<void> {
  if (customElements.get("openapi-explorer")) return;
  globalThis.litHtmlPolyfillSupport = (template) => {
    template.createElement = parse;
  };
  await import("openapi-explorer");
  const lit: { prototype: LitElement } = Object.getPrototypeOf(customElements.get("openapi-explorer"));
  const { update } = lit.prototype;
  lit.prototype.update = function (changed) {
    this.renderOptions.creationScope = { importNode: clone };
    update.call(this, changed);
  };
}

function parse(html: string): HTMLTemplateElement {
  const template = document.createElement("template");
  template.innerHTML = String(html).replaceAll(' style="', ' data-style="');
  return template;
}

function clone(template: Node, deep?: boolean): Node {
  const copy = document.importNode(template, deep);
  if (!(copy instanceof DocumentFragment)) return copy;
  for (const style of copy.querySelectorAll("style")) style.nonce = pageNonce();
  for (const element of copy.querySelectorAll<HTMLElement>("*")) allowStyle(element);
  for (const input of copy.querySelectorAll("input[type=file]")) input.ariaLabel = "File";
  return copy;
}

/** The nonce of the document, which stays when one goes from page to page without loading anew. */
const pageNonce = () => document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";

function allowStyle(element: HTMLElement) {
  if (element.dataset.style) element.style.cssText = element.dataset.style;
  element.setAttribute = (name, value) => {
    if (name === "style") element.style.cssText = value;
    else HTMLElement.prototype.setAttribute.call(element, name, value);
  };
}

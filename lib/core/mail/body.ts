import { html } from "hono/html";

/** What stands in a mail: paragraphs, where it leads, and below the line why it came. Addresses are absolute. */
export type Body = {
  subject: string;
  paragraphs: string[];
  button?: { words: string; href: string };
  footer?: { words: string; href?: string };
  appUrl: string;
};

/** The mail for those who read plain text; its address stands on a line of its own. */
export function inText({ paragraphs, button, footer, appUrl }: Body): string {
  const parts = [...paragraphs, ...(button ? [`${button.words}:\n${button.href}`] : [])];
  const why = footer ? `${[footer.words, footer.href].filter(Boolean).join(" ")}\n` : "";
  return `${parts.join("\n\n")}\n\n-- \n${why}Latchkey, ${appUrl}\n`;
}

/** The same as HTML, without anything that is fetched. Everything in it is words. */
export function inHtml({ subject, paragraphs, button, footer, appUrl }: Body): string {
  const parts = paragraphs.map((text) => html`<p style="margin:0 0 16px">${text}</p>\n`);
  if (button) parts.push(html`<p style="margin:24px 0">${anchor(button.href, button.words, buttonStyle)}</p>\n`);
  return String(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${subject}</title></head>
<body style="margin:0 auto;max-width:560px;padding:24px 16px;font:16px/1.5 system-ui,sans-serif">
${parts}<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #8884;font-size:13px">${below(footer)}Latchkey, ${anchor(appUrl, appUrl)}</p>
</body>
</html>
`);
}

const buttonStyle =
  "display:inline-block;padding:10px 16px;border-radius:6px;background:#155e63;color:#fff;text-decoration:none";

const below = (footer: Body["footer"]) =>
  footer && html`${footer.words}${footer.href && html` ${anchor(footer.href, footer.href)}`}<br>`;

const anchor = (href: string, words: string, style = "color:inherit") =>
  html`<a href="${href}" style="${style}">${words}</a>`;

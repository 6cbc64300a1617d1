import type { ComponentProps } from "react";
import { type Commanded, closes, opens } from "#components/ui/commands.ts";

/** How much a button asks for attention: one `primary` a page, `danger` only inside a confirmation. */
export type ButtonTone = "primary" | "secondary" | "quiet" | "danger" | "danger-quiet";

/** How a button looks; `small`, `wide`, and `icon` for a square one. */
export type Look = { tone?: ButtonTone; small?: boolean; icon?: boolean; wide?: boolean; className?: string };

/** The classes of a button, for an element that is none of ours. `icon` makes it square: give it an `aria-label`. */
export function buttonClass({ tone = "secondary", small, icon, wide, className }: Look) {
  const classes = ["button", `button-${tone}`];
  if (small) classes.push("button-small");
  if (icon) classes.push("button-icon");
  if (wide) classes.push("button-wide");
  if (className) classes.push(className);
  return classes.join(" ");
}

/** A button; `opens` and `closes` name a dialog by id and need no script. */
export function Button({
  tone,
  small,
  icon,
  wide,
  className,
  type = "button",
  opens: dialog,
  closes: closed,
  ...rest
}: ComponentProps<"button"> & Look & Commanded) {
  const command = dialog ? opens(dialog) : closed ? closes(closed) : {};
  return <button {...rest} {...command} type={type} className={buttonClass({ tone, small, icon, wide, className })} />;
}

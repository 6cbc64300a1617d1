/** A button that commands a dialog names it by id. */
export type Commanded = { opens?: string; closes?: string };

/**
 * Attributes that make a button open the dialog `id` without script (invoker commands, `CommandFallback` elsewhere).
 */
export const opens = (id: string) => ({ command: "show-modal", commandfor: id, "aria-haspopup": "dialog" as const });

/** Attributes that make a button close the dialog `id` without script. */
export const closes = (id: string) => ({ command: "close", commandfor: id });

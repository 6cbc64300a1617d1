/**
 * Something that keeps Latchkey from starting and that a person can put right. The message says what, the remedy how.
 */
export class StartupError extends Error {
  override name = "Trouble";
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, { cause });
    this.remedy = remedy;
  }
}

const makeRoom = "The disk is full. Make room (a new database needs about 100 MB), then start again.";

const remedies: Record<string, string> = {
  ENOSPC: makeRoom,
  EDQUOT: "Your disk quota is used up. Make room, then start again.",
  EACCES:
    "Permission was denied. Start as the user who owns that folder, or point DATA_DIR at a folder you may write to.",
  EPERM:
    "Permission was denied. Start as the user who owns that folder, or point DATA_DIR at a folder you may write to.",
  ENOTDIR: "A part of that path is a file: correct DATA_DIR.",
  EROFS: "The file system is read-only. Point DATA_DIR at a folder that can be written.",
};

/** Words a person can act on for a failed file operation; undefined for any other failure. */
export function fileTrouble(error: unknown): StartupError | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const remedy = remedies[String(error.code)];
  return remedy === undefined ? undefined : new StartupError(error.message, remedy, error);
}

/** What to do about something that Postgres said, and `otherwise` when it is not about the disk. */
export function diskRemedy(said: string, otherwise: string): string {
  return /No space left|free disk space/.test(said) ? makeRoom : otherwise;
}

/** The line of Postgres' words that says why it gave up. */
export function reasonIn(said: string): string {
  return said.match(/(?:FATAL|PANIC|initdb: error):.*/)?.[0] ?? said.trim().slice(-500);
}

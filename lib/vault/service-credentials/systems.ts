import type { systemKinds } from "#db/schema/vault.ts";

export type SystemKind = (typeof systemKinds)[number];

/** The kinds of secret that people keep. */
export const credentialKinds = ["password", "token", "ssh-key"] as const;

export type CredentialKind = (typeof credentialKinds)[number];

type Facts = {
  /** What it is called. */
  label: string;
  /** The protocols its address may begin with. */
  protocols: string[];
  example: string;
  /** What opens it. */
  takes: CredentialKind[];
};

const web = ["https:"];

/** What there is to know of each kind of system. */
export const systemFacts: Record<SystemKind, Facts> = {
  "git-https": {
    label: "Git over HTTPS",
    protocols: web,
    example: "https://git.example.com/team/project.git",
    takes: ["token", "password"],
  },
  "git-ssh": {
    label: "Git over SSH",
    protocols: ["ssh:"],
    example: "ssh://git@git.example.com/team/project.git",
    takes: ["ssh-key"],
  },
  registry: {
    label: "Container registry",
    protocols: web,
    example: "https://registry.example.com",
    takes: ["token", "password"],
  },
  "http-basic": {
    label: "HTTP with name and password",
    protocols: web,
    example: "https://api.example.com/status",
    takes: ["password", "token"],
  },
  "http-bearer": {
    label: "HTTP with a bearer token",
    protocols: web,
    example: "https://api.example.com/status",
    takes: ["token"],
  },
  "http-header": {
    label: "HTTP with a header of its own",
    protocols: web,
    example: "https://api.example.com/status",
    takes: ["token"],
  },
  smtp: {
    label: "Mail server (SMTP)",
    protocols: ["smtp:", "smtps:"],
    example: "smtp://mail.example.com:587",
    takes: ["password"],
  },
  database: {
    label: "Database (PostgreSQL)",
    protocols: ["postgres:", "postgresql:"],
    example: "postgresql://db.example.com:5432/reports",
    takes: ["password"],
  },
};

/** Does this kind of system know people by a name? */
export const needsName = (kind: SystemKind): boolean => !["http-bearer", "http-header", "git-ssh"].includes(kind);

/** Is this an address of that kind of system, without a name's password in it? */
export function isAddressOf(kind: SystemKind, text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const named = kind === "git-ssh" ? password : username || password;
  return systemFacts[kind].protocols.includes(protocol) && hostname !== "" && !named;
}

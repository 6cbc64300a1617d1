import { Boxes, Cloud, Database, GitBranch, Globe, KeyRound, Mail, Server } from "lucide-react";
import type { SystemKind } from "#lib/vault/service-credentials/systems.ts";

const drawings = {
  git: GitBranch,
  container: Boxes,
  globe: Globe,
  mail: Mail,
  database: Database,
  server: Server,
  cloud: Cloud,
  key: KeyRound,
} as const;

const usual: Record<SystemKind, keyof typeof drawings> = {
  "git-https": "git",
  "git-ssh": "git",
  registry: "container",
  "http-basic": "globe",
  "http-bearer": "globe",
  "http-header": "globe",
  smtp: "mail",
  database: "database",
};

const isDrawn = (icon: string): icon is keyof typeof drawings => Object.hasOwn(drawings, icon);

/** What a system is drawn with: its own icon, or what suits its kind. */
export function SystemIcon({ icon, kind }: { icon: string; kind: SystemKind }) {
  const Drawing = drawings[isDrawn(icon) ? icon : usual[kind]];
  return (
    <span className="grid size-9 shrink-0 place-items-center rounded-xl border border-line bg-sunken text-muted [&>svg]:size-4.5">
      <Drawing aria-hidden />
    </span>
  );
}

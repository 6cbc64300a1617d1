import type { Options } from "#components/lists/combobox/options.ts";
import { Checkbox } from "#components/ui/choice.tsx";
import { Field, Input, Select } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { icons } from "#lib/vault/integrations/icons.ts";
import type { Integration } from "#lib/vault/integrations/integration.ts";
import { type SystemKind, systemFacts } from "#lib/vault/service-credentials/systems.ts";
import { GroupField } from "./group-field.tsx";

type FieldsProps = { kind: SystemKind; accountId?: string; integration?: Integration };

const iconWords: Record<(typeof icons)[number], string> = {
  "": "As its kind",
  git: "Branch",
  container: "Containers",
  globe: "Globe",
  mail: "Letter",
  database: "Database",
  server: "Server",
  cloud: "Cloud",
  key: "Key",
};

/** What every integration has: name, address, icon, and whether programs may read what is kept for it. */
export function SystemFields({ kind, accountId, integration }: FieldsProps) {
  const { example } = systemFacts[kind];
  return (
    <>
      {accountId && <input type="hidden" name="accountId" value={accountId} />}
      <Field name="name" label="Name" required>
        <Input defaultValue={integration?.name} maxLength={100} autoComplete="off" />
      </Field>
      <Field name="baseUrl" label="Address" required hint={`Like ${example}. What people keep is tried there.`}>
        <Input defaultValue={integration?.baseUrl} maxLength={500} autoComplete="off" spellCheck={false} />
      </Field>
      {kind === "http-header" && (
        <Field name="headerName" label="Header" required hint="In which the secret is sent.">
          <Input
            defaultValue={integration?.headerName ?? ""}
            maxLength={64}
            placeholder="X-Api-Key"
            autoComplete="off"
          />
        </Field>
      )}
      <Field name="icon" label="Icon">
        <Select defaultValue={integration?.icon ?? ""}>
          {icons.map((icon) => (
            <option key={icon} value={icon}>
              {iconWords[icon]}
            </option>
          ))}
        </Select>
      </Field>
      <Checkbox
        name="readableByPrograms"
        label="Programs may read what is kept for it"
        description="Tokens with the scope Secret then read their owner's secret. Without it, people alone do, after step-up."
        defaultChecked={integration?.readableByPrograms}
      />
    </>
  );
}

type AutomaticProps = {
  adapter: NonNullable<Integration["adapter"]>;
  integration?: Integration;
  groups: Options;
  accountId?: string;
};

const adapterHints = {
  hook: "Your own server: it is sent a signed request with whom a secret is for, and answers with the one it made. It has to begin with https://.",
  gitea: "The root of your Gitea or Forgejo, like https://git.example.com/.",
  gitlab: "The root of your GitLab, like https://gitlab.example.com/.",
};

/** What an automatic integration has besides: where secrets are made, for whom, and how often anew. */
export function AutomaticFields({ adapter, integration, groups, accountId }: AutomaticProps) {
  return (
    <>
      <Field name="adapterUrl" label="Where secrets are made" required hint={adapterHints[adapter]}>
        <Input defaultValue={integration?.adapterUrl ?? ""} maxLength={500} autoComplete="off" spellCheck={false} />
      </Field>
      {adapter !== "hook" && <AdapterSecret adapter={adapter} isNew={!integration} />}
      <GroupField groups={groups} current={integration?.group} account={accountId} />
      <Field name="rotateDays" label="Made anew after days" optional hint="1 to 365; empty for never.">
        <Input type="number" min={1} max={365} defaultValue={integration?.rotateDays ?? ""} />
      </Field>
    </>
  );
}

function AdapterSecret({ adapter, isNew }: { adapter: "gitea" | "gitlab"; isNew: boolean }) {
  const what = adapter === "gitea" ? "name:password of an administrator there" : "An administrator's access token";
  return (
    <Field
      name="adapterSecret"
      label="What to sign in with there"
      required={isNew}
      optional={!isNew}
      hint={isNew ? `${what}. Sealed, and never shown again.` : `${what}. Leave it empty to keep the one there is.`}
    >
      <PasswordInput autoComplete="off" />
    </Field>
  );
}

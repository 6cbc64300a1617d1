"use client";

import dynamic from "next/dynamic";
import { type ChangeEvent, useState } from "react";
import { NewSecretDialog } from "#components/forms/secret-dialog/new-secret-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox, Fieldset, Radio } from "#components/ui/choice.tsx";
import type { Overlap } from "#lib/tokens/rotate.ts";
import type { Token } from "#lib/tokens/token.ts";
import { rotateToken } from "../actions.ts";
import { verifySecret } from "../new/actions.ts";

// Most who look at a token make no secret; what shows one is loaded when there is one.
const CopySecret = dynamic(() =>
  import("#components/forms/secret-dialog/secret-dialog.tsx").then((module) => module.CopySecret),
);

const dialogId = "rotate-token";

const choices: [overlap: Overlap, label: string, description?: string][] = [
  ["24h", "For 24 hours"],
  ["1h", "For an hour"],
  ["7d", "For 7 days"],
  [
    "first-use",
    "Until the new one is first used",
    "For a single program: its first call with the new secret ends the old one.",
  ],
  ["now", "Not at all", "Whoever still uses it is refused at once, and the token is revoked by that."],
];

type RotateProps = { token: Token; appUrl: string };

/** The part of a token's page where it gets a new secret. */
export function Rotate({ token, appUrl }: RotateProps) {
  return (
    <>
      <Card
        id="rotate"
        title="Rotate"
        description="Gives the token a new secret. Name, scopes and bounds stay, and it lives as long again as it was to live."
      >
        <Button opens={dialogId} aria-label={`Rotate ${token.name}`}>
          Rotate…
        </Button>
      </Card>
      <NewSecretDialog
        id={dialogId}
        title={`Rotate ${token.name}?`}
        description="You see the new secret once. Give it to whatever uses the token while the old one still works."
        action={rotateToken}
        fields={{ id: token.id }}
        verb="Rotate token"
        busy="Rotating…"
        reveal={(made) => <CopySecret {...made} appUrl={appUrl} verify={verifySecret} />}
      >
        <OverlapChoice />
      </NewSecretDialog>
    </>
  );
}

function OverlapChoice() {
  const [overlap, setOverlap] = useState<string>("24h");
  function choose({ target }: ChangeEvent<HTMLElement>) {
    if (target instanceof HTMLInputElement && target.name === "overlap") setOverlap(target.value);
  }
  return (
    <div onChange={choose} className="grid gap-5">
      <Fieldset
        name="overlap"
        legend="The old secret goes on"
        hint="Never past the end that it has now. Used after its time it revokes the token: somebody may have a copy."
      >
        {choices.map(([value, label, description]) => (
          <Radio
            key={value}
            name="overlap"
            value={value}
            label={label}
            description={description}
            defaultChecked={value === "24h"}
          />
        ))}
      </Fieldset>
      {overlap === "now" && <Checkbox name="$understood" label="Nothing uses the old secret any more" required />}
    </div>
  );
}

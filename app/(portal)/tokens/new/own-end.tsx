"use client";

import { useTyped } from "#components/ui/form-context.ts";
import { useHere } from "./use-now.ts";

type OwnEndProps = { instant: string; setInstant: (instant: string) => void; chosen: boolean };

/** A date and time of one's own, in one's own zone; without scripts nobody knows that, so it is UTC. */
export function OwnEnd({ instant, setInstant, chosen }: OwnEndProps) {
  const here = useHere();
  const typed = useTyped("expiresOn");
  return (
    <label className="hidden max-w-64 gap-1.5 group-has-[[value=custom]:checked]/expiry:grid">
      <span className="label">{here ? "Date and time" : "Date and time (UTC)"}</span>
      <input
        key={String(here)}
        type="datetime-local"
        name="expiresOn"
        defaultValue={typed ?? (here ? localText(instant) : instant.slice(0, 16))}
        onChange={(event) => setInstant(instantOf(event.target.value))}
        disabled={here && !chosen}
        required={here && chosen}
        className="input"
      />
      {here && chosen && <input type="hidden" name="expiresAt" value={instant} />}
    </label>
  );
}

function localText(instant: string): string {
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const instantOf = (local: string) => (local ? new Date(local).toISOString() : "");

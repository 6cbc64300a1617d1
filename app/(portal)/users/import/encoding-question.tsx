"use client";

import { useId, useState } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { decodeLegacy, type LegacyEncoding, legacyEncodings, samplesOf } from "#lib/people/csv/encoding.ts";

type EncodingQuestionProps = { bytes: Uint8Array; onChoose: (text: string) => void };

/** Asks which encoding a file was saved in, beside words of it to judge by: nobody is invited under a guessed name. */
export function EncodingQuestion({ bytes, onChoose }: EncodingQuestionProps) {
  const id = useId();
  const [encoding, setEncoding] = useState<LegacyEncoding>("windows-1252");
  const text = decodeLegacy(bytes, encoding);
  return (
    <Alert tone="warn" title="Are these names spelled right?" live>
      <p>This file is not UTF-8, so the encoding that it was saved in has to be chosen. Read this way it says:</p>
      <p className="mt-2 font-medium wrap-anywhere">{samplesOf(text).join(" · ")}</p>
      <label htmlFor={id} className="label mt-3 block">
        Text encoding
      </label>
      <select
        id={id}
        value={encoding}
        onChange={({ target }) => setEncoding(target.value as LegacyEncoding)}
        className="input mt-1.5"
      >
        {Object.entries(legacyEncodings).map(([label, name]) => (
          <option key={label} value={label}>
            {name}
          </option>
        ))}
      </select>
      <p className="mt-3">
        <Button small onClick={() => onChoose(text)}>
          They are right: try the file out
        </Button>
      </p>
    </Alert>
  );
}

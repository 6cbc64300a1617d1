"use client";

import type { ChangeEvent } from "react";
import { SubmitButton } from "#components/forms/form.tsx";
import { Avatar } from "#components/ui/avatar.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useUntilDone } from "#components/ui/form-context.ts";

const kinds = "image/png,image/jpeg,image/webp";

/** A file to choose, shown as it will look before it is sent. */
export function PictureChoice({ name, pictureUrl }: { name: string; pictureUrl: string | null }) {
  const [preview, setPreview] = useUntilDone<string | null>(null);

  function show({ currentTarget }: ChangeEvent<HTMLInputElement>) {
    const file = currentTarget.files?.[0];
    if (preview) URL.revokeObjectURL(preview);
    setPreview(file ? URL.createObjectURL(file) : null);
  }

  return (
    <div className="flex flex-col gap-5 sm:flex-row sm:items-start">
      <Avatar name={name} pictureUrl={preview ?? pictureUrl} size="large" />
      <div className="grid min-w-0 max-w-md flex-1 gap-4">
        <Field name="picture" label="New picture" hint={<Hint />}>
          <Input type="file" accept={kinds} onChange={show} required />
        </Field>
        <div>
          <SubmitButton tone="secondary" busy="Uploading…">
            Upload
          </SubmitButton>
        </div>
      </div>
    </div>
  );
}

// Made smaller by a script; without one, it has to be small enough to begin with.
function Hint() {
  return (
    <>
      <span>PNG, JPEG or WebP</span>
      <noscript>, at most 2 MB and 4096 × 4096 pixels</noscript>
      <span>. It is cut to a square, and where and when it was taken is left out.</span>
    </>
  );
}

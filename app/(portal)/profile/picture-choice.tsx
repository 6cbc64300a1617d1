"use client";

import type { ChangeEvent } from "react";
import { SubmitButton } from "#components/form.tsx";
import { useUntilDone } from "#components/form-context.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Field, Input } from "#components/ui/field.tsx";

const mostBytes = 2 * 1024 * 1024;
const kinds = "image/png,image/jpeg,image/webp";

/** A file to choose, shown as it will look before it is sent. */
export function PictureChoice({ name, pictureUrl }: { name: string; pictureUrl: string | null }) {
  const [preview, setPreview] = useUntilDone<string | null>(null);

  function show({ currentTarget }: ChangeEvent<HTMLInputElement>) {
    const file = currentTarget.files?.[0];
    const isTooLarge = file !== undefined && file.size > mostBytes;
    currentTarget.setCustomValidity(isTooLarge ? "This file has more than 2 MB. Choose a smaller one." : "");
    if (preview) URL.revokeObjectURL(preview);
    setPreview(file && !isTooLarge ? URL.createObjectURL(file) : null);
    if (isTooLarge) currentTarget.reportValidity();
  }

  return (
    <div className="flex flex-col gap-5 sm:flex-row sm:items-start">
      <Avatar name={name} pictureUrl={preview ?? pictureUrl} size="large" />
      <div className="grid min-w-0 max-w-md flex-1 gap-4">
        <Field
          name="picture"
          label="New picture"
          hint="PNG, JPEG or WebP, at most 2 MB and 4096 × 4096 pixels. It is cut to a square, and where and when it was taken is left out."
        >
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

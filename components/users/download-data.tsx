"use client";

import { Form, SubmitButton } from "#components/forms/form.tsx";
import { SaveFile } from "#components/forms/save-file.tsx";
import { exportData } from "./data-actions.ts";

/** Everything that is kept about the person, as a zip. */
export function DownloadData() {
  return (
    <div className="grid gap-3">
      <Form
        action={exportData}
        success="Your data was put together."
        whenDone={(file) => <SaveFile key={file.base64} {...file} />}
      >
        <div>
          <SubmitButton tone="secondary" busy="Putting together…">
            Download my data
          </SubmitButton>
        </div>
      </Form>
    </div>
  );
}

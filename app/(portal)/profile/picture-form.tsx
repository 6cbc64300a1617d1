"use client";

import { Form } from "#components/forms/form.tsx";
import { putPicture } from "./actions.ts";
import { PictureChoice } from "./picture-choice.tsx";
import { shrinkPicture } from "./shrink.ts";

/** Chooses a picture and sends it, made smaller where a camera made it large. */
export function PictureForm(props: { name: string; pictureUrl: string | null }) {
  return (
    <Form action={putPicture} before={shrinkPicture} success="Your picture was saved.">
      <PictureChoice {...props} />
    </Form>
  );
}

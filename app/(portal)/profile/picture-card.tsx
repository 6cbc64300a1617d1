import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Card } from "#components/ui/card.tsx";
import { deletePicture } from "./actions.ts";
import { PictureForm } from "./picture-form.tsx";

type PictureCardProps = { name: string; pictureUrl: string | null };

/** The picture, and how it is replaced or removed. */
export function PictureCard({ name, pictureUrl }: PictureCardProps) {
  return (
    <Card
      id="picture"
      title="Picture"
      description="Shown next to your name. Without one, your initials stand there."
      actions={pictureUrl && <RemovePicture />}
    >
      <PictureForm name={name} pictureUrl={pictureUrl} />
    </Card>
  );
}

function RemovePicture() {
  return (
    <Form action={deletePicture} success="Your picture was removed.">
      <SubmitButton tone="secondary" small busy="Removing…">
        Remove picture
      </SubmitButton>
    </Form>
  );
}

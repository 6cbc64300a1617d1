import { Form, SubmitButton } from "#components/form.tsx";
import { Card } from "#components/ui/card.tsx";
import { deletePicture, putPicture } from "./actions.ts";
import { PictureChoice } from "./picture-choice.tsx";

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
      <Form action={putPicture} success="Your picture was saved.">
        <PictureChoice name={name} pictureUrl={pictureUrl} />
      </Form>
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

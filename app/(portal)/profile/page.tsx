import { PageHeader } from "#components/page-header.tsx";
import { ownProfile, pictureSource } from "../own-profile.ts";
import { DetailsCard } from "./details-card.tsx";
import { PictureCard } from "./picture-card.tsx";
import { PlaceCard } from "./place-card.tsx";

export const metadata = { title: "Profile" };

export default async function ProfilePage() {
  const profile = await ownProfile();
  const { fullName, username, pictureUrl } = profile;
  return (
    <>
      <PageHeader title="Profile" description="Who you are to the people and programs of your account." />
      <div className="grid gap-6">
        <PictureCard name={fullName || username} pictureUrl={pictureSource(pictureUrl)} />
        <DetailsCard profile={profile} />
        <PlaceCard profile={profile} />
      </div>
    </>
  );
}

"use server";

import { action } from "#lib/http/next/action.ts";
import { deletePicture as deletePictureOperation, putPicture as putPictureOperation } from "#lib/people/pictures.ts";
import { updateProfile as updateProfileOperation } from "#lib/people/update-profile.ts";

export const updateProfile = action(updateProfileOperation);
export const putPicture = action(putPictureOperation);
export const deletePicture = action(deletePictureOperation);

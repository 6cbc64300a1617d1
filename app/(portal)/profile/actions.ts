"use server";

import { action } from "#lib/http/next/action.ts";
import * as pictures from "#lib/people/pictures.ts";
import * as profile from "#lib/people/profile.ts";

export const updateProfile = action(profile.updateProfile);
export const putPicture = action(pictures.putPicture);
export const deletePicture = action(pictures.deletePicture);

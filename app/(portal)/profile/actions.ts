"use server";

import { action } from "#lib/http/next/action.ts";
import * as pictures from "#lib/pictures.ts";
import * as profile from "#lib/profile.ts";

export const updateProfile = action(profile.updateProfile);
export const putPicture = action(pictures.putPicture);
export const deletePicture = action(pictures.deletePicture);

import { exportUsers } from "./csv/export.ts";
import { importUsers } from "./csv/import.ts";
import { exportData } from "./data-export/operations.ts";
import { cancelDeletion, checkKeep, keepAccount } from "./deletion/cancel.ts";
import { getDeletion, requestDeletion } from "./deletion/request.ts";
import { cancelEmail } from "./email/cancel.ts";
import { changeEmail } from "./email/change.ts";
import { checkEmail, confirmEmail } from "./email/confirm.ts";
import { getEmail } from "./email/get.ts";
import { resendEmail } from "./email/resend.ts";
import { checkUndo, undoEmail } from "./email/undo.ts";
import { endImpersonation } from "./end-impersonation.ts";
import { changeMembers } from "./groups/change-members.ts";
import { createGroup } from "./groups/create.ts";
import { deleteGroup } from "./groups/delete.ts";
import { getGroup } from "./groups/get.ts";
import { listGroups } from "./groups/list.ts";
import { listMembers } from "./groups/list-members.ts";
import { updateGroup } from "./groups/update.ts";
import { beginImpersonation } from "./impersonation.ts";
import { explainPermission } from "./permissions/explain.ts";
import { deletePicture, getPicture, putPicture } from "./pictures.ts";
import { getProfile } from "./profile.ts";
import { secureAccount } from "./secure-account.ts";
import { getSecurity } from "./security-summary.ts";
import { updateProfile } from "./update-profile.ts";
import { changeManyUsers } from "./users/bulk.ts";
import { countUsers } from "./users/count.ts";
import { createUser } from "./users/create.ts";
import { deleteUser } from "./users/delete.ts";
import { findUsers } from "./users/find.ts";
import { forceReset } from "./users/force-reset.ts";
import { getUser } from "./users/get.ts";
import { acceptInvitation, checkInvitation } from "./users/invitations.ts";
import { inviteAgain } from "./users/invite-again.ts";
import { listUsers } from "./users/list.ts";
import { lockUser, unlockUser } from "./users/lock.ts";
import { readNotHeld } from "./users/not-held.ts";
import { giveOneTimePassword } from "./users/one-time-password.ts";
import { removeFactorsOf } from "./users/remove-factors.ts";
import { listTokensOf, revokeTokenOf } from "./users/tokens.ts";
import { updateUser } from "./users/update.ts";

/** Users, groups, profiles, addresses, deletion and impersonation. */
export const peopleOperations = [
  beginImpersonation,
  endImpersonation,
  removeFactorsOf,
  getProfile,
  updateProfile,
  getPicture,
  putPicture,
  deletePicture,
  getEmail,
  changeEmail,
  resendEmail,
  cancelEmail,
  checkEmail,
  confirmEmail,
  checkUndo,
  undoEmail,
  getSecurity,
  secureAccount,
  exportData,
  getDeletion,
  requestDeletion,
  cancelDeletion,
  checkKeep,
  keepAccount,
  listUsers,
  countUsers,
  findUsers,
  exportUsers,
  getUser,
  readNotHeld,
  createUser,
  updateUser,
  deleteUser,
  lockUser,
  unlockUser,
  inviteAgain,
  giveOneTimePassword,
  forceReset,
  listTokensOf,
  revokeTokenOf,
  changeManyUsers,
  importUsers,
  checkInvitation,
  acceptInvitation,
  listGroups,
  getGroup,
  createGroup,
  updateGroup,
  deleteGroup,
  listMembers,
  changeMembers,
  explainPermission,
] as const;

import { listPermissions } from "#lib/access/permissions.ts";
import { grantRole, listRolesOf, revokeRole } from "#lib/access/roles/grants.ts";
import { listRoles } from "#lib/access/roles/list.ts";
import { createRole, deleteRole, getRole, updateRole } from "#lib/access/roles/operations.ts";
import { previewRole } from "#lib/access/roles/preview.ts";
import { listScopes } from "#lib/access/scopes/catalogue.ts";
import { getAccount, updateAccount } from "#lib/accounts/operations.ts";
import { listProposals, listRelations } from "#lib/accounts/relations/list.ts";
import {
  agreeToRelation,
  dropProposal,
  endRelation,
  narrowRelation,
  proposeRelation,
} from "#lib/accounts/relations/operations.ts";
import { getSetup, setUp } from "#lib/accounts/setup.ts";
import { exportAudit, getAudit, getChain, listAudit } from "#lib/audit/operations.ts";
import { exportSecurityLog, listSecurityLog } from "#lib/audit/security-log/operations.ts";
import {
  createAccessKey,
  deleteAccessKey,
  getAccessKey,
  listAccessKeys,
  updateAccessKey,
} from "#lib/machines/access-keys/operations.ts";
import { deleteOwnAccessKey, listOwnAccessKeys, renameOwnAccessKey } from "#lib/machines/access-keys/own.ts";
import { revealCustomerKey, rotateCustomerKey } from "#lib/machines/api-users/customer-key.ts";
import { listApiUsers } from "#lib/machines/api-users/list.ts";
import { createApiUser, deleteApiUser, getApiUser, updateApiUser } from "#lib/machines/api-users/operations.ts";
import { addApiUserSecret, dropApiUserSecret } from "#lib/machines/api-users/secrets.ts";
import { getApiUserSettings, updateApiUserSettings } from "#lib/machines/api-users/settings.ts";
import { signInApiUser } from "#lib/machines/api-users/sign-in.ts";
import {
  countNotifications,
  listNotifications,
  readAllNotifications,
  readNotification,
} from "#lib/notifications/operations.ts";
import { listMailFailures, retryMailFailure } from "#lib/notifications/undelivered/operations.ts";
import { deleteWebhook, putWebhook, rotateWebhookSecret, testWebhook } from "#lib/notifications/webhook/operations.ts";
import { exportUsers } from "#lib/people/csv/export.ts";
import { importUsers } from "#lib/people/csv/import.ts";
import { exportData } from "#lib/people/data-export/operations.ts";
import {
  cancelDeletion,
  checkKeep,
  getDeletion,
  keepAccount,
  requestDeletion,
} from "#lib/people/deletion/operations.ts";
import { checkEmail, checkUndo, confirmEmail, undoEmail } from "#lib/people/email/links.ts";
import { cancelEmail, changeEmail, getEmail, resendEmail } from "#lib/people/email/operations.ts";
import { listGroups } from "#lib/people/groups/list.ts";
import { changeMembers, listMembers } from "#lib/people/groups/members.ts";
import { createGroup, deleteGroup, getGroup, updateGroup } from "#lib/people/groups/operations.ts";
import { beginImpersonation, endImpersonation } from "#lib/people/impersonation.ts";
import { explainPermission } from "#lib/people/permissions/explain.ts";
import { deletePicture, getPicture, putPicture } from "#lib/people/pictures.ts";
import { getProfile, updateProfile } from "#lib/people/profile.ts";
import { getSecurity, secureAccount } from "#lib/people/secure-account.ts";
import { changeManyUsers } from "#lib/people/users/bulk.ts";
import { countUsers } from "#lib/people/users/count.ts";
import { createUser } from "#lib/people/users/create.ts";
import { acceptInvitation, checkInvitation } from "#lib/people/users/invitations.ts";
import { listUsers } from "#lib/people/users/list.ts";
import { lockUser, unlockUser } from "#lib/people/users/lock.ts";
import { readNotHeld } from "#lib/people/users/not-held.ts";
import { deleteUser, findUsers, getUser, updateUser } from "#lib/people/users/operations.ts";
import { forceReset, giveOneTimePassword, inviteAgain } from "#lib/people/users/passwords.ts";
import { removeFactorsOf } from "#lib/people/users/remove-factors.ts";
import { listTokensOf, revokeTokenOf } from "#lib/people/users/tokens.ts";
import {
  addAuthenticator,
  confirmAuthenticator,
  removeAuthenticator,
  renameAuthenticator,
} from "#lib/sign-in/factors/authenticators.ts";
import { disableFactors, getFactors, renewRecoveryCodes } from "#lib/sign-in/factors/operations.ts";
import { addPasskey, passkeyOptions, removePasskey, renamePasskey } from "#lib/sign-in/factors/passkeys/operations.ts";
import { createSession, redeemTicket, signIn } from "#lib/sign-in/operations.ts";
import { changePassword, getPassword } from "#lib/sign-in/passwords/operations.ts";
import { checkReset, completeReset, requestReset } from "#lib/sign-in/resets/operations.ts";
import {
  endOneSession,
  endOthers,
  endSessionOf,
  endSessionsOfUser,
  listSessions,
  listSessionsOf,
} from "#lib/sign-in/sessions/list.ts";
import { endSession } from "#lib/sign-in/sessions/operations.ts";
import { endStepUp, getStepUp, stepUp, stepUpOptions } from "#lib/sign-in/step-up.ts";
import { createGateway, deleteGateway, listGateways } from "#lib/tokens/gateways.ts";
import { revokeLeaked } from "#lib/tokens/leaks/operations.ts";
import { createToken, getToken, revokeToken, verifyToken } from "#lib/tokens/operations.ts";
import { updateIntegration } from "#lib/vault/integrations/change.ts";
import { getIntegration, listIntegrations } from "#lib/vault/integrations/list.ts";
import { createIntegration, deleteIntegration } from "#lib/vault/integrations/operations.ts";
import { getCredential, listCredentials, listSystems } from "#lib/vault/service-credentials/list.ts";
import { createCredential, deleteCredential, updateCredential } from "#lib/vault/service-credentials/operations.ts";
import { revealCredential } from "#lib/vault/service-credentials/reveal.ts";
import { testCredential } from "#lib/vault/service-credentials/try.ts";
import { createAccount } from "./accounts/create.ts";
import { listAccounts } from "./accounts/list.ts";
import { previewPolicies } from "./accounts/preview.ts";
import { readTopology } from "./accounts/topology.ts";
import { announced } from "./core/catalogue.ts";
import type { RestOperation } from "./core/operation.ts";
import { getNotificationSettings, putNotificationSettings } from "./notifications/settings.ts";
import { beginEnrolment, finishEnrolment } from "./sign-in/enrolment.ts";
import { replaceOneTimePassword } from "./sign-in/new-password.ts";
import { passkeySignInOptions, secondFactorOptions, signInWithPasskey } from "./sign-in/passkey.ts";
import { checkDisown, disownSignIn } from "./sign-in/report-sign-in.ts";
import { createSessionWithSecondFactor, proveSecondFactor } from "./sign-in/second-factor.ts";
import { listTokens } from "./tokens/list.ts";
import { revokePrevious } from "./tokens/previous-secrets.ts";
import { revealToken } from "./tokens/retrievable-secret.ts";
import { revokeTokens } from "./tokens/revoke-many.ts";
import { rotateToken } from "./tokens/rotate.ts";
import { updateToken } from "./tokens/update.ts";

/** Everything the product can do. REST, the API document and the registry tests are loops over this list. */
export const operations: RestOperation[] = announced([
  getSetup,
  setUp,
  signIn,
  redeemTicket,
  createSession,
  passkeySignInOptions,
  signInWithPasskey,
  secondFactorOptions,
  proveSecondFactor,
  createSessionWithSecondFactor,
  beginEnrolment,
  finishEnrolment,
  replaceOneTimePassword,
  checkDisown,
  disownSignIn,
  endSession,
  listSessions,
  endOneSession,
  endOthers,
  listSessionsOf,
  endSessionOf,
  endSessionsOfUser,
  beginImpersonation,
  endImpersonation,
  getStepUp,
  stepUpOptions,
  stepUp,
  endStepUp,
  getFactors,
  disableFactors,
  addAuthenticator,
  confirmAuthenticator,
  renameAuthenticator,
  removeAuthenticator,
  passkeyOptions,
  addPasskey,
  renamePasskey,
  removePasskey,
  renewRecoveryCodes,
  removeFactorsOf,
  getProfile,
  updateProfile,
  getPicture,
  putPicture,
  deletePicture,
  getPassword,
  changePassword,
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
  requestReset,
  checkReset,
  completeReset,
  listTokens,
  createToken,
  getToken,
  updateToken,
  rotateToken,
  revokePrevious,
  revealToken,
  revokeToken,
  revokeTokens,
  verifyToken,
  revokeLeaked,
  listAccessKeys,
  createAccessKey,
  getAccessKey,
  updateAccessKey,
  deleteAccessKey,
  listOwnAccessKeys,
  renameOwnAccessKey,
  deleteOwnAccessKey,
  signInApiUser,
  listApiUsers,
  getApiUser,
  createApiUser,
  updateApiUser,
  deleteApiUser,
  addApiUserSecret,
  dropApiUserSecret,
  getApiUserSettings,
  updateApiUserSettings,
  revealCustomerKey,
  rotateCustomerKey,
  listScopes,
  listCredentials,
  createCredential,
  getCredential,
  updateCredential,
  deleteCredential,
  revealCredential,
  testCredential,
  listSystems,
  listNotifications,
  countNotifications,
  readNotification,
  readAllNotifications,
  getNotificationSettings,
  putNotificationSettings,
  putWebhook,
  rotateWebhookSecret,
  testWebhook,
  deleteWebhook,
  listSecurityLog,
  exportSecurityLog,
  // What has a name of its own before what is any entry's number.
  listAudit,
  exportAudit,
  getChain,
  getAudit,
  listMailFailures,
  retryMailFailure,
  listGateways,
  createGateway,
  deleteGateway,
  listAccounts,
  createAccount,
  getAccount,
  previewPolicies,
  updateAccount,
  readTopology,
  listRelations,
  narrowRelation,
  endRelation,
  listProposals,
  proposeRelation,
  agreeToRelation,
  dropProposal,
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
  listIntegrations,
  createIntegration,
  getIntegration,
  updateIntegration,
  deleteIntegration,
  listRoles,
  getRole,
  createRole,
  updateRole,
  deleteRole,
  listRolesOf,
  grantRole,
  revokeRole,
  previewRole,
  listPermissions,
  explainPermission,
]);

import { createSession } from "./create-session.ts";
import { beginEnrolment, finishEnrolment } from "./enrolment.ts";
import { addAuthenticator } from "./factors/add-authenticator.ts";
import { confirmAuthenticator } from "./factors/confirm-authenticator.ts";
import { disableFactors } from "./factors/disable.ts";
import { getFactors } from "./factors/get.ts";
import { addPasskey, passkeyOptions, removePasskey, renamePasskey } from "./factors/passkeys/operations.ts";
import { removeAuthenticator } from "./factors/remove-authenticator.ts";
import { renameAuthenticator } from "./factors/rename-authenticator.ts";
import { renewRecoveryCodes } from "./factors/renew-recovery-codes.ts";
import { replaceOneTimePassword } from "./new-password.ts";
import { passkeySignInOptions, secondFactorOptions, signInWithPasskey } from "./passkey.ts";
import { changePassword } from "./passwords/change.ts";
import { getPassword } from "./passwords/get.ts";
import { redeemTicket } from "./redeem-ticket.ts";
import { checkDisown, disownSignIn } from "./report-sign-in.ts";
import { checkReset } from "./resets/check.ts";
import { completeReset } from "./resets/complete.ts";
import { requestReset } from "./resets/request.ts";
import { createSessionWithSecondFactor, proveSecondFactor } from "./second-factor.ts";
import { endOneSession, endOthers } from "./sessions/end-others.ts";
import { listSessions } from "./sessions/list.ts";
import { endSessionOf, endSessionsOfUser, listSessionsOf } from "./sessions/of-user.ts";
import { endSession } from "./sessions/operations.ts";
import { signIn } from "./sign-in.ts";
import { endStepUp, getStepUp, stepUp, stepUpOptions } from "./step-up.ts";

/** Signing in, sessions, passwords, second factors and step-up. */
export const signInOperations = [
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
  getPassword,
  changePassword,
  requestReset,
  checkReset,
  completeReset,
] as const;

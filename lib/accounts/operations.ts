import { createAccount } from "./create.ts";
import { getAccount } from "./get.ts";
import { getSetup } from "./get-setup.ts";
import { listAccounts } from "./list.ts";
import { previewPolicies } from "./preview.ts";
import { agreeToRelation } from "./relations/agree.ts";
import { dropProposal } from "./relations/drop-proposal.ts";
import { endRelation } from "./relations/end.ts";
import { listRelations } from "./relations/list.ts";
import { listProposals } from "./relations/list-proposals.ts";
import { narrowRelation } from "./relations/narrow.ts";
import { proposeRelation } from "./relations/propose.ts";
import { setUp } from "./setup.ts";
import { readTopology } from "./topology.ts";
import { updateAccount } from "./update.ts";

/** Accounts, policies and relationships. */
export const accountsOperations = [
  getSetup,
  setUp,
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
] as const;

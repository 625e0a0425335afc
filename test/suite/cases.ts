import { cancelCases } from "./cancel.cases.js";
import { closeCases } from "./close.cases.js";
import { credentialCases } from "./credentials.cases.js";
import { deadlineCases } from "./deadline.cases.js";
import { largeMessageCases } from "./large-messages.cases.js";
import { manyCallsCases } from "./many-calls.cases.js";
import { metadataCases } from "./metadata.cases.js";
import { organizationCases } from "./organization.cases.js";
import { refusedCases } from "./refused.cases.js";
import { retryCases } from "./retry.cases.js";
import { successCases } from "./success.cases.js";
import type { SuiteCase } from "./suite-case.js";

/** The suite: what holds on every wire, wherever it runs. */
export const suiteCases: readonly SuiteCase[] = [
  ...successCases,
  ...refusedCases,
  ...organizationCases,
  ...metadataCases,
  ...deadlineCases,
  ...cancelCases,
  ...largeMessageCases,
  ...manyCallsCases,
  ...closeCases,
  ...credentialCases,
  ...retryCases,
];

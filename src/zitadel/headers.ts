/** Names the organisation that a call acts in; the caller's own where it is missing. */
export const ORG_ID_HEADER = "x-zitadel-orgid";

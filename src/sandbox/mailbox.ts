import { type Answer, type Exchange, textAnswer } from "./exchange.js";

/** A mail that the sandbox would have sent. */
export interface Mail {
  /** The address, exactly as it was given. */
  readonly to: string;
  readonly subject: string;
  readonly userId: string;
  /** Where the user would set a password. */
  readonly link: string;
  /** When it was sent, ISO 8601. */
  readonly at: string;
}

/** Mails that are kept, the newest. */
export const MAX_MAILS = 10_000;

/** Answers `GET /mailbox`: JSON, or a page for a browser; the newest mail last, on the page first. */
export function answerMailbox(mails: readonly Mail[], { header }: Exchange): Answer {
  const asPage = header.accept?.includes("text/html") === true;
  return asPage
    ? textAnswer(200, "text/html; charset=utf-8", page(mails), PAGE_HEADER)
    : textAnswer(200, "application/json", JSON.stringify(mails), { "cache-control": "no-store" });
}

const PAGE_HEADER = {
  "cache-control": "no-store",
  // The page shows what callers sent: nothing on it may run or load anything.
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

function page(mails: readonly Mail[]): string {
  const rows = mails
    .toReversed()
    .map(
      ({ to, subject, userId, link, at }) =>
        `<tr><td>${escapeHtml(at)}<td>${escapeHtml(to)}<td>${escapeHtml(subject)}<td>${escapeHtml(userId)}<td><code>${escapeHtml(link)}</code>`,
    );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Mailbox</title>
<style>body{font:1rem system-ui;margin:2rem}td,th{padding:.3rem .6rem;text-align:left;border-top:1px solid #ccc}</style>
<h1>Mailbox</h1>
${rows.length === 0 ? "<p>No mail yet." : `<table><tr><th>At<th>To<th>Subject<th>User<th>Link\n${rows.join("\n")}</table>`}
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

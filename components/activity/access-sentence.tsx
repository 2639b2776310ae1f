import type { ReactNode } from "react";
import type { ActivityEvent, RawAttributes } from "@/lib/activity/schema";
import { formatDay } from "@/lib/format";
import { formatAttributeValue } from "./changed-values";

/** Describes an event of a provider's key. */
export function describeKeyEvent(
  { action, before, after }: ActivityEvent,
  entity: ReactNode,
): ReactNode {
  const [old, next] = [lastFour(before), lastFour(after)];
  switch (action) {
    case "key.delete":
      return (
        <>
          removed {entity}
          {old && <>, {old}</>}
        </>
      );
    case "key.generate":
      return (
        <>
          generated a short-term token as {entity}
          {next && <>, {next}</>}
        </>
      );
    case "key.rollback":
      return (
        <>
          rolled {entity} back{old && <> from {old}</>}
          {next && <> to {next}</>}
        </>
      );
    case "key.repair":
      return (
        <>
          put {entity} back over what was written from outside{next && <>: {next}</>}
        </>
      );
    default:
      return before ? (
        <>
          replaced {entity}
          {old && <>, {old}</>}
          {next && <> by {next}</>}
        </>
      ) : (
        <>
          put in {entity}
          {next && <>, {next}</>}
        </>
      );
  }
}

function lastFour(raw: RawAttributes | null): ReactNode {
  const text = formatAttributeValue("last_four", raw?.last_four);
  return text && <span className="font-mono text-sm whitespace-nowrap">…{text}</span>;
}

/** Describes an event of an API token. */
export function describeToken({ action, before, after }: ActivityEvent): ReactNode {
  const formatted = (name: string) => formatAttributeValue(name, (after ?? before)?.[name]);
  const name = <span className="font-medium wrap-anywhere">{formatted("name")}</span>;
  if (action === "token.revoke") return <>revoked the API token {name}</>;
  return (
    <>
      made the API token {name} with the role {formatted("role")}, until{" "}
      {formatDay(formatted("expires_at")?.slice(0, 10) ?? "")}
    </>
  );
}

/** The request, as the end of "… tried, and was refused". */
export function describeRefusal({ after }: ActivityEvent): ReactNode {
  const formatted = (name: string) => formatAttributeValue(name, after?.[name]);
  return (
    <>
      <span className="font-mono text-sm wrap-anywhere">
        {formatted("method")} {formatted("path")}
      </span>{" "}
      ({formatted("detail")})
    </>
  );
}

/** "signed in as admin", "signed out", or "to sign in" with the reason of a refusal. */
export function describeSignIn({ action, after }: ActivityEvent): ReactNode {
  const formatted = (name: string) => formatAttributeValue(name, after?.[name]);
  if (action === "sign_in.refused") return <>to sign in. {formatted("detail")}</>;
  if (action === "sign_in.ended") return <>{formatted("detail")}</>;
  return (
    <>
      signed in with the role {formatted("role")}
      {formatted("method") === "local" && ", by a local token"}
    </>
  );
}

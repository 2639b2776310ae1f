import type { ReactNode } from "react";
import type { ActivityEvent } from "@/lib/activity/schema";
import { formatAttributeValue } from "./changed-values";

/** Describes an event of an API token. */
export function describeToken({ action, before, after }: ActivityEvent): ReactNode {
  const formatted = (name: string) => formatAttributeValue(name, (after ?? before)?.[name]);
  const name = <span className="font-medium wrap-anywhere">{formatted("name")}</span>;
  if (action === "token.revoke") return <>revoked the API token {name}</>;
  return (
    <>
      made the API token {name} with the role {formatted("role")}, until{" "}
      {formatted("expires_at")?.slice(0, 10)}
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

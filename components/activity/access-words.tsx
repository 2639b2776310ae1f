import type { ReactNode } from "react";
import type { ActivityEvent } from "@/lib/activity/schema";
import { formatAttributeValue } from "./value-words";

/** Of a token: made with what, or revoked. */
export function describeToken({ action, before, after }: ActivityEvent): ReactNode {
  const told = (name: string) => formatAttributeValue(name, (after ?? before)?.[name]);
  const name = <span className="font-medium wrap-anywhere">{told("name")}</span>;
  if (action === "token.revoke") return <>revoked the API token {name}</>;
  return (
    <>
      made the API token {name} with the role {told("role")}, until{" "}
      {told("expires_at")?.slice(0, 10)}
    </>
  );
}

/** What was asked for; the actor and "tried, and was refused" stand before it. */
export function describeRefusal({ after }: ActivityEvent): ReactNode {
  const told = (name: string) => formatAttributeValue(name, after?.[name]);
  return (
    <>
      <span className="font-mono text-sm wrap-anywhere">
        {told("method")} {told("path")}
      </span>{" "}
      ({told("detail")})
    </>
  );
}

/** "signed in as admin", "signed out"; of somebody who was refused "to sign in", and why. */
export function describeSignIn({ action, after }: ActivityEvent): ReactNode {
  const told = (name: string) => formatAttributeValue(name, after?.[name]);
  if (action === "sign_in.refused") return <>to sign in. {told("detail")}</>;
  if (action === "sign_in.ended") return <>{told("detail")}</>;
  return (
    <>
      signed in with the role {told("role")}
      {told("method") === "local" && ", by a local token"}
    </>
  );
}

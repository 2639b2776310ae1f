import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ApiGroup } from "@/components/api-reference/group";
import { groupsOf } from "@/components/api-reference/groups";
import { apiDescription } from "@/lib/api/openapi";
import { requireActor } from "@/lib/auth/session";
import { pageParams } from "@/lib/paths";

export const metadata: Metadata = { title: "API reference" };

type Props = { params: Promise<{ group: string }> };

export default async function ApiGroupPage({ params }: Props) {
  await requireActor();
  const { group: slug } = await pageParams(params);
  const api = apiDescription();
  if (!groupsOf(api).some((group) => group.slug === slug)) notFound();
  return <ApiGroup api={api} slug={slug} />;
}

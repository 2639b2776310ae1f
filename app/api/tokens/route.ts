import { readJson } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { api } from "@/lib/paths";
import { TokenDraft } from "@/lib/tokens/schema";
import { allTokens, issueToken } from "@/lib/tokens/service";

export const GET = withActor("admin", async () => json(await allTokens()));

export const POST = withActor(
  "admin",
  async ({ actor, request }) => {
    const token = await issueToken(actor, await readJson(request, TokenDraft));
    return json(token, { status: 201, headers: { location: api.token(token.id) } });
  },
  { limit: "keys" },
);

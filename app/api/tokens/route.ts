import { addressOf } from "@/lib/addresses";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { allTokens, issueToken } from "@/lib/tokens/service";

export const GET = route("listTokens", async () => json(await allTokens()));

export const POST = route("createToken", async ({ actor, body }) => {
  const token = await issueToken(actor, body);
  const location = addressOf("revokeToken", { params: { id: token.id } });
  return json(token, { status: 201, headers: { location } });
});

import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth/options";

type Context = { params: Promise<{ nextauth: string[] }> };

/** Open to everyone: next-auth checks its own CSRF token and the credentials. */
const handler = (request: NextRequest, context: Context) =>
  NextAuth(request, context, authOptions());

export { handler as GET, handler as POST };

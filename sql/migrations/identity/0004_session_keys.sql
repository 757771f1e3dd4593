-- tenantry: step by step

-- NEEDS FITTING ROWS: every row has to keep it
ALTER TABLE public.session VALIDATE CONSTRAINT "session_userId_activeOrganizationId_fkey";

-- NEEDS FITTING ROWS: every row has to keep it
ALTER TABLE public.session VALIDATE CONSTRAINT "session_userId_activeTeamId_fkey";

-- Restrictive policies, behind the application's own filter: what customers never reach.
-- needs: session

drop policy if exists own_tickets on tickets;
create policy own_tickets on tickets as restrictive
  using (not (select deskbell_is_customer()) or requester_id = (select deskbell_user()));

-- Internal notes stay with the staff.
drop policy if exists public_comments on comments;
create policy public_comments on comments as restrictive
  using (public or not (select deskbell_is_customer()));

drop policy if exists own_feedback on ticket_feedback;
create policy own_feedback on ticket_feedback as restrictive
  using (not (select deskbell_is_customer()) or user_id = (select deskbell_user()));

drop policy if exists own_notifications on notifications;
create policy own_notifications on notifications as restrictive
  using (not (select deskbell_is_customer()) or user_id = (select deskbell_user()));

-- Drafts stay with the staff.
drop policy if exists published_articles on articles;
create policy published_articles on articles as restrictive
  using (published_at is not null or not (select deskbell_is_customer()));

drop policy if exists staff_views on saved_views;
create policy staff_views on saved_views as restrictive using (not (select deskbell_is_customer()));

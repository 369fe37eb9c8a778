"""The application of contract v1."""

from typing import Any, Final

from litestar import Router

from deskbell.api.shared.contract import Contract
from deskbell.api.v1 import socket_messages
from deskbell.api.v1.agents import access as agent_access
from deskbell.api.v1.agents import endpoints as agents
from deskbell.api.v1.api_keys import endpoints as api_keys
from deskbell.api.v1.audit import endpoints as audit
from deskbell.api.v1.auth import endpoints as auth
from deskbell.api.v1.brands import endpoints as brands
from deskbell.api.v1.canned import endpoints as canned
from deskbell.api.v1.canned.shapes import CannedView
from deskbell.api.v1.categories import endpoints as categories
from deskbell.api.v1.comments import endpoints as comments
from deskbell.api.v1.comments.drafts import DraftView
from deskbell.api.v1.comments.shapes import CommentView
from deskbell.api.v1.contacts import addresses, merging
from deskbell.api.v1.contacts import endpoints as contacts
from deskbell.api.v1.contacts.shapes import ContactView
from deskbell.api.v1.custom_fields import endpoints as custom_fields
from deskbell.api.v1.custom_fields.shapes import FieldOrder as FieldOrderView
from deskbell.api.v1.custom_fields.shapes import FieldView
from deskbell.api.v1.dashboard import endpoints as dashboard
from deskbell.api.v1.drafts import endpoints as drafts
from deskbell.api.v1.envelope import render, show_current
from deskbell.api.v1.export import endpoints as export
from deskbell.api.v1.feedback import endpoints as feedback
from deskbell.api.v1.files import endpoints as files
from deskbell.api.v1.followers import endpoints as followers
from deskbell.api.v1.forms import endpoints as forms
from deskbell.api.v1.forms.shapes import FormView
from deskbell.api.v1.groups import endpoints as groups
from deskbell.api.v1.guests import endpoints as guests
from deskbell.api.v1.incoming_webhooks import endpoints as incoming_webhooks
from deskbell.api.v1.invitations import endpoints as invitations
from deskbell.api.v1.knowledge import endpoints as knowledge
from deskbell.api.v1.knowledge import missed as missed_searches
from deskbell.api.v1.knowledge import pictures as article_pictures
from deskbell.api.v1.knowledge import previews as article_previews
from deskbell.api.v1.knowledge import translations as article_translations
from deskbell.api.v1.knowledge import versions as article_versions
from deskbell.api.v1.links import endpoints as links
from deskbell.api.v1.macros import endpoints as macros
from deskbell.api.v1.macros.shapes import MacroView
from deskbell.api.v1.mail import endpoints as mail
from deskbell.api.v1.mail_templates import endpoints as mail_templates
from deskbell.api.v1.mailboxes import endpoints as mailboxes
from deskbell.api.v1.matches import endpoints as matches
from deskbell.api.v1.metrics import endpoints as metrics
from deskbell.api.v1.notifications import endpoints as notifications
from deskbell.api.v1.operations import endpoints as operations
from deskbell.api.v1.organizations import endpoints as organizations
from deskbell.api.v1.organizations.shapes import OrganizationView
from deskbell.api.v1.own_data import endpoints as own_data
from deskbell.api.v1.people import endpoints as people
from deskbell.api.v1.permissions import endpoints as permissions
from deskbell.api.v1.reports import endpoints as reports
from deskbell.api.v1.rules import endpoints as rules
from deskbell.api.v1.rules import explanations, texts, trials
from deskbell.api.v1.rules.shapes import RuleView
from deskbell.api.v1.saved_views import endpoints as saved_views
from deskbell.api.v1.saved_views.shapes import ViewView
from deskbell.api.v1.search import endpoints as search
from deskbell.api.v1.sessions import endpoints as sessions
from deskbell.api.v1.settings import avatars
from deskbell.api.v1.settings import endpoints as settings
from deskbell.api.v1.setup import endpoints as setup
from deskbell.api.v1.similar import endpoints as similar
from deskbell.api.v1.sla import endpoints as sla
from deskbell.api.v1.sla.shapes import PolicyView
from deskbell.api.v1.statuses import endpoints as statuses
from deskbell.api.v1.statuses.shapes import OwnStatusView, Steps
from deskbell.api.v1.tags import endpoints as tags
from deskbell.api.v1.tags.shapes import TagView
from deskbell.api.v1.tickets import endpoints as tickets
from deskbell.api.v1.tickets.shapes import TicketView
from deskbell.api.v1.transfers import endpoints as transfers
from deskbell.api.v1.two_factor import endpoints as two_factor
from deskbell.api.v1.webhook_deliveries import endpoints as webhook_deliveries
from deskbell.api.v1.webhooks import endpoints as webhooks
from deskbell.api.v1.webhooks.shapes import WebhookView
from deskbell.api.v1.widget import endpoints as widget
from deskbell.features.brands.records import Brand
from deskbell.features.canned.records import CannedResponse
from deskbell.features.categories.records import Category
from deskbell.features.drafts.records import Draft
from deskbell.features.fields.form_records import Form
from deskbell.features.fields.records import Field, FieldOrder
from deskbell.features.fields.status_records import OwnStatus, StatusSteps
from deskbell.features.macros.records import WholeMacro
from deskbell.features.mail.boxes import MailboxSettings
from deskbell.features.mail.templates import MailTemplate
from deskbell.features.organizations.records import Organization
from deskbell.features.people.records.contacts import Contact
from deskbell.features.rules.records import Rule
from deskbell.features.saved_views.records import SavedView
from deskbell.features.sla.records import SlaPolicy
from deskbell.features.tags.records import Tag
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.service.recording import CONTENT
from deskbell.features.webhooks.records import Webhook
from deskbell.features.widget.records import Widget
from deskbell.kernel.events import event_types
from deskbell.kernel.sockets import ClientMessage
from deskbell.runtime.discovery import load_all
from deskbell.runtime.journal.description import actions_of_types
from deskbell.runtime.journal.readers import about_tickets

show_current(Ticket, lambda ticket, for_staff: TicketView.of(ticket, for_staff=for_staff))
show_current(Comment, lambda comment, _: CommentView.of(comment))
show_current(CannedResponse, lambda response, _: CannedView.of(response))
show_current(Contact, lambda contact, _: ContactView.of(contact))
show_current(Field, lambda field, _: FieldView.of(field))
show_current(FieldOrder, lambda order, _: FieldOrderView(order.keys))
show_current(Form, lambda form, _: FormView.of(form))
show_current(OwnStatus, lambda status, _: OwnStatusView.of(status))
show_current(StatusSteps, lambda allowed, _: Steps(allowed.steps))
show_current(Rule, lambda rule, _: RuleView.of(rule))
show_current(WholeMacro, lambda whole, _: MacroView.of(whole))
show_current(Tag, lambda tag, _: TagView.of(tag))
show_current(Category, lambda category, _: category)
show_current(Brand, lambda brand, _: brand)
show_current(SavedView, lambda view, _: ViewView.of(view, None))
show_current(SlaPolicy, lambda policy, _: PolicyView.of(policy))
show_current(Webhook, lambda webhook, _: WebhookView.of(webhook))
show_current(Widget, lambda settings, _: settings)
show_current(MailboxSettings, lambda box, _: box)
show_current(MailTemplate, lambda template, _: template)
show_current(Organization, lambda organization, _: OrganizationView.of(organization))
show_current(Draft, lambda draft, _: DraftView.of(draft))

_EVENTS: Final = (("EventView", "type"), ("AuditView", "action"))
_STEPS: Final = (("HistoryView", "action"),)
_SUBJECTS: Final = (("EventView", "subject_type"), ("AuditView", "subject_type"))


def _finish(schemas: dict[str, Any]) -> None:
    """Adds the messages of the socket, and the lists of words that grow with the features."""
    socket_messages.describe(schemas)
    load_all("deskbell.features")
    for places, words in (
        (_EVENTS, set(event_types())),
        (_STEPS, actions_of_types(about_tickets(), CONTENT.values())),
        (_SUBJECTS, {each.subject_type for each in event_types().values()}),
    ):
        for schema, field in places:
            schemas[schema]["properties"][field]["enum"] = sorted(words)


CONTRACT = Contract(
    name="v1",
    title="Deskbell API v1",
    description="Deskbell's own API. It covers all features.",
    routes=[
        Router(
            path="/api/v1",
            route_handlers=[
                *matches.ROUTES,
                *operations.ROUTES,
                *transfers.ROUTES,
                *tickets.ROUTES,
                *links.ROUTES,
                *permissions.ROUTES,
                *similar.ROUTES,
                *comments.ROUTES,
                *followers.ROUTES,
                *guests.ROUTES,
                *mail.ROUTES,
                *mailboxes.ROUTES,
                *mail_templates.ROUTES,
                *drafts.ROUTES,
                *setup.ROUTES,
                *auth.ROUTES,
                *sessions.ROUTES,
                *two_factor.ROUTES,
                *invitations.ROUTES,
                *api_keys.ROUTES,
                *sla.ROUTES,
                *rules.ROUTES,
                *explanations.ROUTES,
                *texts.ROUTES,
                *trials.ROUTES,
                *dashboard.ROUTES,
                *reports.ROUTES,
                *incoming_webhooks.ROUTES,
                *webhooks.ROUTES,
                *widget.ROUTES,
                *own_data.ROUTES,
                *webhook_deliveries.ROUTES,
                *contacts.ROUTES,
                *addresses.ROUTES,
                *merging.ROUTES,
                *agents.ROUTES,
                *agent_access.ROUTES,
                *people.ROUTES,
                *groups.ROUTES,
                *organizations.ROUTES,
                *tags.ROUTES,
                *categories.ROUTES,
                *brands.ROUTES,
                *custom_fields.ROUTES,
                *forms.ROUTES,
                *statuses.ROUTES,
                *files.ROUTES,
                *knowledge.ROUTES,
                *article_versions.ROUTES,
                *article_translations.ROUTES,
                *article_previews.ROUTES,
                *article_pictures.ROUTES,
                *missed_searches.ROUTES,
                *notifications.ROUTES,
                *export.ROUTES,
                *settings.ROUTES,
                *avatars.ROUTES,
                *search.ROUTES,
                *saved_views.ROUTES,
                *canned.ROUTES,
                *macros.ROUTES,
                *audit.ROUTES,
                *metrics.ROUTES,
                *feedback.ROUTES,
            ],
        )
    ],
    render=render,
    error_schema="ErrorBody",
    any_case=("order", "sort"),
    messages=(*socket_messages.MESSAGES, ClientMessage),
    finish=_finish,
)

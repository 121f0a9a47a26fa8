import django.db.models.deletion
import hefu.apps.accounts.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('identity', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Packing',
            fields=[
                ('batch', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='identity.batch')),
                ('version', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Capture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=36, unique=True)),
                ('job_id', models.BigIntegerField(null=True)),
                ('behaviour', models.CharField(choices=[('rollback', 'nothing is kept'), ('proceed', 'the other events are kept')], max_length=8)),
                ('path', models.CharField(max_length=300)),
                ('total', models.PositiveIntegerField()),
                ('stored', models.PositiveIntegerField(default=0)),
                ('repeated', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('errors', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'verbose_name': 'capture',
                'verbose_name_plural': 'captures',
                'indexes': [models.Index(fields=['brand', '-id'], name='epcis_capture_newest')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('own', models.BooleanField(default=False)),
                ('kind', models.CharField(max_length=300, verbose_name='type')),
                ('event_id', models.CharField(max_length=500)),
                ('hash', models.CharField(max_length=64)),
                ('declared', models.BooleanField(default=False)),
                ('event_at', models.DateTimeField(verbose_name='happened at')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('action', models.CharField(blank=True, max_length=7)),
                ('biz_step', models.CharField(blank=True, max_length=300)),
                ('disposition', models.CharField(blank=True, max_length=300)),
                ('read_point', models.CharField(blank=True, max_length=500)),
                ('biz_location', models.CharField(blank=True, max_length=500)),
                ('context', models.TextField(blank=True)),
                ('body', models.TextField()),
                ('applied_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('capture', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='epcis.capture')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'indexes': [models.Index(fields=['brand', 'event_at'], name='epcis_event_when'), models.Index(fields=['brand', 'recorded_at'], name='epcis_event_recorded'), models.Index(fields=['brand', 'biz_step', 'event_at'], name='epcis_event_step')],
                'constraints': [models.UniqueConstraint(fields=('brand', 'event_id', 'declared'), name='epcis_event_id'), models.UniqueConstraint(fields=('brand', 'hash', 'declared'), name='epcis_event_hash')],
            },
        ),
        migrations.CreateModel(
            name='Applied',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deed', models.CharField(blank=True, max_length=120)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='effects', to='epcis.event')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('deed', ''), _negated=True), fields=('deed',), name='epcis_applied_deed')],
            },
        ),
        migrations.CreateModel(
            name='LogisticUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sscc', models.CharField(max_length=18, verbose_name='SSCC')),
                ('version', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='epcis.logisticunit')),
            ],
            options={
                'verbose_name': 'logistic unit',
                'verbose_name_plural': 'logistic units',
                'constraints': [models.UniqueConstraint(fields=('brand', 'sscc'), name='epcis_logistic_sscc'), models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='epcis_not_on_itself')],
            },
        ),
        migrations.CreateModel(
            name='Content',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.BigIntegerField()),
                ('count', models.BigIntegerField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.batch')),
                ('logistic_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contents', to='epcis.logisticunit')),
            ],
            options={
                'indexes': [models.Index(fields=['batch', 'first'], name='epcis_content_where')],
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='epcis_content_count')],
            },
        ),
        migrations.CreateModel(
            name='NamedQuery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('parameters', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('brand', 'name'), name='epcis_query_name')],
            },
        ),
        migrations.CreateModel(
            name='Outbound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('path', models.CharField(max_length=300)),
                ('job_id', models.BigIntegerField(null=True)),
                ('shipped', models.PositiveIntegerField(default=0)),
                ('repeated', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('units', models.PositiveBigIntegerField(default=0)),
                ('error_path', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField()),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'verbose_name': 'outbound file',
                'verbose_name_plural': 'outbound files',
                'indexes': [models.Index(fields=['brand', '-created_at'], name='epcis_outbound_newest')],
            },
        ),
        migrations.CreateModel(
            name='OutboundOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, verbose_name='order number')),
                ('cartons', models.PositiveIntegerField(default=0)),
                ('units', models.PositiveBigIntegerField(default=0)),
                ('closed_at', models.DateTimeField(null=True)),
                ('difference', models.CharField(blank=True, max_length=200)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'verbose_name': 'outbound order',
                'verbose_name_plural': 'outbound orders',
                'constraints': [models.UniqueConstraint(fields=('brand', 'number'), name='epcis_outbound_order')],
            },
        ),
        migrations.CreateModel(
            name='OutboundLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('carton', models.CharField(max_length=80, verbose_name='carton')),
                ('units', models.PositiveBigIntegerField()),
                ('warehouse', models.CharField(blank=True, max_length=60, verbose_name='warehouse')),
                ('at', models.DateTimeField()),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('outbound', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='epcis.outbound')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='epcis.outboundorder')),
            ],
            options={
                'verbose_name': 'outbound line',
                'verbose_name_plural': 'outbound lines',
                'constraints': [models.UniqueConstraint(fields=('order', 'carton'), name='epcis_outbound_line_once')],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(max_length=500)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('brand', 'identifier'), name='epcis_party_identifier')],
            },
        ),
        migrations.CreateModel(
            name='Span',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.BigIntegerField()),
                ('count', models.BigIntegerField()),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.batch')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spans', to='epcis.event')),
            ],
            options={
                'indexes': [models.Index(fields=['batch', 'first'], name='epcis_span_where')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=36, unique=True)),
                ('address', models.CharField(max_length=500)),
                ('secret', hefu.apps.accounts.fields.SealedTextField()),
                ('created_at', models.DateTimeField()),
                ('notified_at', models.DateTimeField(null=True)),
                ('query', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='epcis.namedquery')),
            ],
        ),
        migrations.CreateModel(
            name='Push',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('events', models.JSONField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pushes', to='epcis.subscription')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subscription', 'key'), name='epcis_push_once')],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300)),
                ('value', models.CharField(blank=True, max_length=500)),
                ('number', models.FloatField(null=True)),
                ('brand', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('event', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='epcis.event')),
            ],
            options={
                'indexes': [models.Index(fields=['value', 'name'], name='epcis_term_value'), models.Index(fields=['brand', 'name', 'value'], name='epcis_term_name')],
            },
        ),
    ]
